// Readings under the pointer or the arrow keys, and the table of every chart.
const digits = (value) => {
  const size = Math.abs(value);
  const decimals = size >= 1000 || value === 0 ? 0 : size >= 100 ? 1 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  const text = Math.abs(value).toFixed(decimals).replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, ",");
  return value < 0 && Number(value.toFixed(decimals)) !== 0 ? "−" + text : text;
};
const factorOf = (chart) => chart.factor[language() === "zh" ? 0 : 1];
const shownValue = (chart, value) => (value === null ? "–" : digits(value * factorOf(chart)));

function readingOf(chart, place) {
  const table = element("table");
  for (const series of chart.series) {
    if (series.values[place] === null) continue;
    const row = element("tr");
    row.append(element("td", {}, pick(series.name)), element("td", {}, shownValue(chart, series.values[place])));
    table.append(row);
  }
  return table;
}

function showReading(figure, place, x, y) {
  const chart = data.charts[figure.dataset.chart];
  readOut(chart.years[place] + " · " + pick(chart.unit), readingOf(chart, place), x, y);
}

const hideReading = () => (one("#reading").hidden = true);
function readOut(title, table, x, y) {
  const box = one("#reading");
  box.replaceChildren(element("b", {}, title), table);
  box.hidden = false;
  const left = Math.min(x + 14, window.innerWidth - box.offsetWidth - 8);
  const top = Math.min(y + 14, window.innerHeight - box.offsetHeight - 8);
  box.style.left = Math.max(4, left) + "px";
  box.style.top = Math.max(4, top) + "px";
}

function placeAt(svg, chart, clientX) {
  const box = svg.getBoundingClientRect();
  const [left, , right] = svg.dataset.plot.split(" ").map(Number);
  const [from, to] = svg.dataset.years.split(" ").map(Number);
  const x = ((clientX - box.left) / box.width) * svg.viewBox.baseVal.width;
  const year = from + ((x - left) / (right - left)) * (to - from);
  let best = 0;
  chart.years.forEach((own, place) => {
    if (Math.abs(own - year) < Math.abs(chart.years[best] - year)) best = place;
  });
  return best;
}

function numbersTable(chart) {
  const table = element("table", { class: "compact" });
  const head = element("tr");
  head.append(element("th", { scope: "col" }, pick(chart.unit)));
  for (const series of chart.series) head.append(element("th", { scope: "col" }, pick(series.name)));
  table.append(element("thead"));
  table.tHead.append(head);
  const body = element("tbody");
  chart.years.forEach((year, place) => {
    const row = element("tr");
    row.append(element("th", { scope: "row" }, String(year)));
    for (const series of chart.series) row.append(element("td", {}, shownValue(chart, series.values[place])));
    body.append(row);
  });
  table.append(body);
  return table;
}

onPart("figure.chart", (figure) => {
  const chart = data.charts[figure.dataset.chart];
  const svg = one("svg", figure);
  const details = one("details.numbers", figure);
  if (!chart) {
    details?.remove();
    return;
  }
  svg.addEventListener("pointermove", (event) => showReading(figure, placeAt(svg, chart, event.clientX), event.clientX, event.clientY));
  svg.addEventListener("pointerleave", hideReading);
  let at = chart.years.length - 1;
  figure.addEventListener("keydown", (event) => {
    if (event.target !== figure || !["ArrowLeft", "ArrowRight", "Escape"].includes(event.key)) return;
    event.preventDefault();
    if (event.key === "Escape") return void hideReading();
    at = Math.max(0, Math.min(chart.years.length - 1, at + (event.key === "ArrowLeft" ? -1 : 1)));
    const box = svg.getBoundingClientRect();
    showReading(figure, at, box.left + 60, box.top + 20);
  });
  figure.addEventListener("blur", hideReading);
  const fill = () => {
    if (!details.open) return;
    const scroll = element("div", { class: "scroll tall", tabindex: "0", role: "region", "aria-label": pick(chart.title) });
    scroll.append(numbersTable(chart));
    details.replaceChildren(one("summary", details), scroll);
  };
  details.addEventListener("toggle", fill);
  onLanguage(fill);
});
