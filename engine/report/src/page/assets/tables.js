// The ledger and the list of figures: sorted by a press on a heading, filtered, summed.
const word = (id) => (data.words[id] ? pick(data.words[id]) : id ?? "–");
// The data hold steps from year to year, and a group's row only where it is not the first run's.
const rowsOf = new Map();
function rowOf(run, field, group) {
  const key = run + field + group;
  if (!rowsOf.has(key)) {
    const steps = data.runs[run].ledger[field][group];
    let sum = 0;
    rowsOf.set(key, steps === null ? rowOf(0, field, group) : data.years.map((year, place) => (sum += steps[place] ?? 0)));
  }
  return rowsOf.get(key);
}
function litres(run, field, group, place) {
  const of = (name) => rowOf(run, name, group)[place];
  return field === "delivered" ? of("demanded") - of("saved") - of("substituted") - of("unmet") : of(field);
}
const volume = (count) => digits(count / (language() === "zh" ? 1e7 : 1e9));
const says = (zh, en) => (language() === "zh" ? zh : en);

function heading(table, columns, state, redraw) {
  const row = element("tr");
  columns.forEach((column, number) => {
    const sorted = state.column === number ? (state.down ? "descending" : "ascending") : "none";
    const cell = element("th", { scope: "col", "aria-sort": sorted });
    const button = element("button", { type: "button" }, pick(column.name));
    button.addEventListener("click", () => {
      state.down = state.column === number ? !state.down : Boolean(column.number);
      state.column = number;
      redraw();
      one(`thead th:nth-child(${number + 1}) button`, table).focus();
    });
    cell.append(button);
    row.append(cell);
  });
  table.tHead.replaceChildren(row);
}

function sortRows(rows, columns, state) {
  if (state.column === null) return rows;
  const key = columns[state.column].key;
  const order = (a, b) => {
    const [x, y] = [key(a), key(b)];
    return typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y), language());
  };
  return [...rows].sort((a, b) => (state.down ? order(b, a) : order(a, b)));
}

function bodyOf(rows, columns) {
  const body = document.createDocumentFragment();
  for (const own of rows) {
    const row = element("tr");
    for (const column of columns) row.append(element("td", column.number ? { class: "number" } : {}, column.text(own)));
    body.append(row);
  }
  return body;
}

const fields = ["demanded", "saved", "substituted", "delivered", "unmet"];
const ledgerState = { column: null, down: false };
const ledger = { run: data.shown, year: data.years.at(-1), county: "", zone: "", sector: "", owner: "", basis: "", cause: "", text: "" };
const fieldNames = {
  demanded: { zh: "需求", en: "Demanded" }, saved: { zh: "节约", en: "Saved" }, substituted: { zh: "置换", en: "Substituted" },
  delivered: { zh: "开采", en: "Taken" }, unmet: { zh: "缺口", en: "Unmet" },
};
const textColumn = (zh, en, of) => ({ name: { zh, en }, key: of, text: of });
const ledgerColumns = [
  textColumn("用户", "User group", (row) => pick(row.group.name)),
  textColumn("县", "County", (row) => (row.group.county ? word("county:" + row.group.county) : says("市外", "outside the city"))),
  textColumn("超采区", "Zone", (row) => (row.group.zones[0] ? word("zone:" + row.group.zones[0]) : "–")),
  textColumn("行业", "Sector", (row) => word(row.group.sector)),
  textColumn("权属", "Owner", (row) => word(row.group.owner)),
  ...fields.map((field) => ({ name: fieldNames[field], number: true, key: (row) => row[field], text: (row) => volume(row[field]) })),
];
// Of a measure or project the data hold what it brings group by group, for the years that the page names it in.
const causes = () => data.runs[ledger.run].causes?.[ledger.year] ?? {};
const causeColumn = { name: { zh: "其中由所选措施或工程", en: "Of it by the measure or project" }, number: true, key: (row) => row.cause, text: (row) => volume(row.cause) };
const columnsShown = () => (causes()[ledger.cause] ? [...ledgerColumns, causeColumn] : ledgerColumns);
const counted = {
  "": () => true,
  statistical: (group) => group.county && group.kind === "wells" && group.booking === "groundwater",
  physical: (group) => Boolean(group.county),
  wells: (group) => group.kind === "wells",
};

function ledgerRows() {
  const place = data.years.indexOf(ledger.year);
  const search = ledger.text.toLowerCase();
  const brought = causes()[ledger.cause] && new Map(causes()[ledger.cause].rows);
  const rows = [];
  data.groups.forEach((group, number) => {
    const wanted = (!ledger.county || group.county === ledger.county) && (!ledger.zone || group.zones.includes(ledger.zone)) &&
      (!ledger.sector || group.sector === ledger.sector) && (!ledger.owner || group.owner === ledger.owner) &&
      counted[ledger.basis](group) && (!brought || brought.has(number)) &&
      (!search || (group.name.zh + " " + group.name.en + " " + group.id).toLowerCase().includes(search));
    if (!wanted) return;
    const row = { group };
    for (const field of fields) row[field] = litres(ledger.run, field, number, place);
    row.cause = brought?.get(number);
    rows.push(row);
  });
  return rows;
}

function drawLedger() {
  if (!data.runs[ledger.run].ledger) return;
  const table = one("#ledger-table");
  const columns = columnsShown();
  if (ledgerState.column >= columns.length) ledgerState.column = null;
  const rows = sortRows(ledgerRows(), columns, ledgerState);
  heading(table, columns, ledgerState, drawLedger);
  table.tBodies[0].replaceChildren(bodyOf(rows, columns));
  const foot = element("tr");
  foot.append(element("th", { scope: "row", colspan: "5" }, says(`合计，${rows.length} 行（万m³）`, `Sum of ${rows.length} rows (million m³)`)));
  for (const field of columns.length > ledgerColumns.length ? [...fields, "cause"] : fields) {
    const sum = rows.reduce((total, row) => total + row[field], 0);
    foot.append(element("td", { class: "number", "data-litres": String(sum) }, volume(sum)));
  }
  table.tFoot.replaceChildren(foot);
}

const unique = (values) => [...new Set(values)].filter((value) => value !== null && value !== undefined).sort();
const anyOption = { zh: "全部", en: "all" };
const ledgerOptions = {
  run: () => data.runs.map((run, number) => [number, pick(run.title)]),
  year: () => data.years.map((year) => [year, String(year)]),
  county: () => [["", pick(anyOption)], ...unique(data.groups.map((group) => group.county)).map((id) => [id, word("county:" + id)])],
  zone: () => [["", pick(anyOption)], ...unique(data.groups.flatMap((group) => group.zones)).map((id) => [id, word("zone:" + id)])],
  sector: () => [["", pick(anyOption)], ...unique(data.groups.map((group) => group.sector)).map((id) => [id, word(id)])],
  owner: () => [["", pick(anyOption)], ...unique(data.groups.map((group) => group.owner)).map((id) => [id, word(id)])],
  basis: () => [["", pick(anyOption)], ["statistical", says("上限，统计口径", "the cap, statistical")],
    ["physical", says("上限，物理口径", "the cap, physical")], ["wells", says("机井", "wells")]],
  cause: () => [["", pick(anyOption)], ...Object.entries(causes()).map(([id, own]) => [id, pick(own.name)])],
};

function fillOptions() {
  for (const [key, options] of Object.entries(ledgerOptions)) {
    one("#ledger-" + key).replaceChildren(...options().map(([value, text]) => element("option", { value: String(value) }, text)));
    one("#ledger-" + key).value = String(ledger[key]);
  }
}

// The page of a batch by itself has no ledger.
if (one("#ledger-table")) {
  for (const key of Object.keys(ledgerOptions)) {
    one("#ledger-" + key).addEventListener("change", (event) => {
      ledger[key] = key === "run" || key === "year" ? Number(event.target.value) : event.target.value;
      whenOpen(ledger.run, () => {
        // Another scenario or year may not have it.
        if (!causes()[ledger.cause]) ledger.cause = "";
        fillOptions();
        drawLedger();
      });
    });
  }
  one("#ledger-text").addEventListener("input", (event) => {
    ledger.text = event.target.value;
    drawLedger();
  });
  onLanguage(fillOptions);
  onLanguage(drawLedger);
}

// A number of the page and the rows that it sums.
onPart("data[data-of]", (number) => {
  const trace = traceOf(number.dataset.of);
  const rows = trace && data.years.includes(trace.year);
  const lead = rows || !number.closest("#first, #answer") ? null : leadOf(number.dataset.of);
  if (!rows && !lead) return;
  number.dataset.trace = rows ? "rows" : "place";
  number.tabIndex = 0;
  number.setAttribute("role", "link");
  const open = () => {
    if (lead) {
      choose(lead.run);
      return arrive(lead.find());
    }
    Object.assign(ledger, { county: "", zone: "", sector: "", owner: "", basis: "", cause: "", text: "" }, trace);
    one("#ledger-text").value = "";
    fillOptions();
    drawLedger();
    arrive(one("#ledger"));
  };
  const follow = () => whenOpen((lead ?? trace).run, open);
  number.addEventListener("click", follow);
  number.addEventListener("keydown", (event) => event.key === "Enter" && follow());
});

const figureState = { column: null, down: false };
const figures = { sureness: "", text: "" };
const plain = (value) => (value === null ? "–" : Math.abs(value) >= 1e5 || (value !== 0 && Math.abs(value) < 1e-3) ? value.toExponential(3).replace("e+", "e") : String(Number(value.toPrecision(6))));
const figureColumns = [
  textColumn("数值", "Figure", (row) => pick(row[1])),
  { name: { zh: "取值", en: "Value" }, number: true, key: (row) => row[2], text: (row) => plain(row[2]) },
  { name: { zh: "下限", en: "Low" }, number: true, key: (row) => row[3] ?? NaN, text: (row) => plain(row[3]) },
  { name: { zh: "上限", en: "High" }, number: true, key: (row) => row[4] ?? NaN, text: (row) => plain(row[4]) },
  textColumn("单位", "Unit", (row) => row[5]),
  textColumn("可靠程度", "How sure", (row) => word("sure:" + row[6])),
  textColumn("来源", "Source", (row) => (data.sources[row[7]] ? row[7] + " — " + data.sources[row[7]] : row[7])),
];

// Shows the figures whose ids hold a text.
function figuresOf(text) {
  Object.assign(figures, { sureness: "", text });
  one("#assumption-text").value = text;
  drawFigures();
  return one("#assumptions");
}

function drawFigures() {
  const table = one("#assumption-table");
  const search = figures.text.toLowerCase();
  const rows = data.assumptions.filter((row) => (!figures.sureness || row[6] === figures.sureness) &&
    (!search || (row[0] + " " + row[1].zh + " " + row[1].en + " " + row[7]).toLowerCase().includes(search)));
  heading(table, figureColumns, figureState, drawFigures);
  table.tBodies[0].replaceChildren(bodyOf(sortRows(rows, figureColumns, figureState), figureColumns));
  one("#assumption-sureness").replaceChildren(...[["", pick(anyOption)], ...unique(data.assumptions.map((row) => row[6])).map((id) => [id, word("sure:" + id)])]
    .map(([value, text]) => element("option", { value }, text)));
  one("#assumption-sureness").value = figures.sureness;
}
one("#assumption-sureness").addEventListener("change", (event) => {
  figures.sureness = event.target.value;
  drawFigures();
});
one("#assumption-text").addEventListener("input", (event) => {
  figures.text = event.target.value;
  drawFigures();
});
for (const form of all("form")) form.addEventListener("submit", (event) => event.preventDefault());

onLanguage(drawFigures);

// The figures behind a grade, under the pointer, or as the arrow keys go from grade to grade.
const indicatorNames = {
  overdraft: { zh: "超采系数", en: "overdraft coefficient" },
  "level-fall": { zh: "水位下降 m/年", en: "fall of the level, m/a" },
  "spring-decay": { zh: "泉流量衰减 /年", en: "decay of the springs, per year" },
};
function showGrade(table, cell) {
  const [zone, year, grade, by, ...values] = data.runs[Number(table.dataset.warnings)].warnings[Number(cell.dataset.warning)];
  const gives = by.split(";");
  const rows = element("table");
  Object.entries(indicatorNames).forEach(([id, name], place) => {
    const row = element("tr");
    row.append(element("td", {}, pick(name) + (gives.includes(id) ? says("（定级）", " (gives the grade)") : "")), element("td", {}, String(values[place] ?? "–").replace("-", "−")));
    rows.append(row);
  });
  const { left, bottom } = cell.getBoundingClientRect();
  readOut(word("zone:" + zone) + " · " + year + " · " + word("grade:" + grade), rows, left, bottom);
}
onPart("[data-warnings]", (table) => {
  const grades = all("[data-warning]", table);
  // One stop of the tab key for the whole table.
  const stop = (cell) => {
    for (const own of grades) own.tabIndex = own === cell ? 0 : -1;
  };
  stop(grades[0]);
  table.addEventListener("pointerover", (event) => {
    const cell = event.target.closest("[data-warning]");
    if (cell) showGrade(table, cell);
  });
  table.addEventListener("pointerleave", hideReading);
  table.addEventListener("focusin", (event) => {
    const cell = event.target.closest("[data-warning]");
    if (!cell) return;
    stop(cell);
    showGrade(table, cell);
  });
  table.addEventListener("focusout", hideReading);
  table.addEventListener("keydown", (event) => {
    const cell = event.target.closest("[data-warning]");
    if (event.key === "Escape") return void hideReading();
    const [down, across] = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key] ?? [0, 0];
    if (!cell || (!down && !across)) return;
    event.preventDefault();
    table.tBodies[0].rows[cell.parentElement.sectionRowIndex + down]?.cells[cell.cellIndex + across]?.focus();
  });
});

// What can be scrolled to the side is a stop of the tab key, and says what it is: by its caption, or the heading above it.
onPart(".scroll[tabindex]:not([role])", (region) => {
  const title = one("caption", region) ?? one("h3, h2", region.closest(".block, section"));
  if (!title) return;
  title.id ||= "title-" + all("[id^=title-]").length;
  region.setAttribute("role", "region");
  region.setAttribute("aria-labelledby", title.id);
});
