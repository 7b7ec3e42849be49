// Appended to a page by the browser test: uses it as a reader would and leaves what went wrong in the document's title.
window.addEventListener("load", () => {
  const wrong = [...window.faults];
  const check = (holds, what) => { if (!holds) wrong.push(what); };
  try {
    for (const figure of all("figure.chart")) check(figure.querySelector(".mark path, .mark rect, path.mark"), "no marks in " + figure.id);
    for (const figure of all("figure.chart:not(.away)")) {
      const drawing = one("svg", figure);
      const letter = Number(one("text", drawing).getAttribute("font-size")) * drawing.getBoundingClientRect().width / drawing.viewBox.baseVal.width;
      check(figure.scrollWidth <= figure.clientWidth + 1 && letter >= 9, figure.id + " is not seen whole and legible: letters of " + letter.toFixed(1) + " px");
    }
    check(all(".map .mark").length > 0, "no contour on the map");
    check(all("figure.chart").length > 20, "charts are missing: " + all("figure.chart").length);
    for (const prefix of ["cap", "sectors-", "counties-", "served-", "budget-", "storage-", "spring-", "level-"])
      check(one(`figure.chart[id^="${prefix}"]`), "no chart " + prefix);
    const grades = all("[data-warning]");
    check(grades.length === data.runs.reduce((sum, run) => sum + (run.warnings?.length ?? 0), 0) && grades.length > 0, "grades: " + grades.length);
    grades[0].dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));
    const says = () => (one("#reading").hidden ? "nothing" : one("#reading").innerText);
    check(says().includes("overdraft coefficient"), "a grade does not say why: " + says());
    grades[0].focus();
    const first = says();
    grades[0].dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
    check(document.activeElement === grades[1] && says() !== first, "the arrow keys do not go from grade to grade: " + says());
    check(all("[data-warning][tabindex='0']").length === all("[data-warnings]").length, "a table of grades is one stop of the tab key");
    const chooser = one("#run");
    chooser.value = String(data.shown);
    chooser.dispatchEvent(new Event("change"));
    const wrongly = all("figure.chart[data-run]").filter((own) => own.classList.contains("away") === (own.dataset.run === String(data.shown)));
    check(wrongly.length === 0, "shown or hidden wrongly: " + wrongly.map((own) => own.id).join(" "));
    const figure = one("#cap");
    figure.focus();
    figure.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowLeft", bubbles: true }));
    check(!one("#reading").hidden && one("#reading td + td").textContent.length > 0, "no reading by the arrow keys");
    one("details.numbers", figure).open = true;
    one("[data-set-lang=zh]").click();
    check(document.documentElement.lang === "zh-CN", "the language did not change");
    check(all(".en").every((item) => getComputedStyle(item).display === "none"), "English is left in the Chinese page");
    check(one("h1").innerText.includes("晋城"), "the Chinese title is not shown");
    const widths = ["泉", "\u{10ffff}"].map((letter) => {
      const pen = document.createElement("canvas").getContext("2d");
      pen.font = "40px " + getComputedStyle(document.body).fontFamily;
      pen.fillText(letter, 5, 45);
      return pen.getImageData(0, 0, 60, 60).data.join();
    });
    check(widths[0] !== widths[1], "FONT: Chinese characters are drawn as boxes; install fonts-noto-cjk or fonts-wqy-zenhei");
    one("[data-set-lang=en]").click();
    const inView = () => all(".frame:not(.hidden)").map((frame) => frame.dataset.run + "/" + frame.dataset.year).join();
    const before = inView();
    one("#year").value = "0";
    one("#year").dispatchEvent(new Event("input"));
    check(inView() !== before && inView().includes("/" + data.map_years[0]), "the slider moves nothing");
    const column = () => all("#ledger-table tbody tr").map((row) => row.cells[8].textContent);
    const unsorted = column().join();
    one("#ledger-table thead th:nth-child(9) button").click();
    check(column().join() !== unsorted, "sorting changes nothing");
    const rows = all("#ledger-table tbody tr").length;
    one("#ledger-sector").value = "industry";
    one("#ledger-sector").dispatchEvent(new Event("change"));
    check(all("#ledger-table tbody tr").length < rows, "the filter drops nothing");
    const cap = all("data[data-trace]").find((own) => own.dataset.of.includes(" cap city/city value"));
    cap.click();
    const sum = Number(one("#ledger-table tfoot td:nth-child(5)").dataset.litres) / 1000;
    check(Math.abs(sum - Number(cap.value)) < 1e-3, "the rows of the ledger sum to " + sum + ", the page shows " + cap.value);
    // The number of a measure leads to what it brings of each group.
    const measure = all("data[data-trace]").find((own) => /^ledger \S+ \d+ measure:/.test(own.dataset.of) && data.runs.some((run) => run.ledger && own.dataset.of.split(" ")[1] === run.name));
    measure.click();
    const part = Number(one("#ledger-table tfoot td:nth-child(7)")?.dataset.litres) / 1000;
    check(Math.abs(part - Number(measure.value)) < 1e-3, "the rows of " + measure.dataset.of + " sum to " + part + ", the page shows " + measure.value);
    // What is no sum of the ledger leads to where it comes from, in the scenario that it is of, and takes the keyboard there.
    const numbers = (kind) => all("#first data, #answer data").filter((own) => own.dataset.of.startsWith(kind + " "));
    const dead = ["project", "springs"].flatMap(numbers).concat(numbers("verdict").filter((own) => own.dataset.of.endsWith(" value")))
      .filter((own) => own.tabIndex !== 0 || !own.dataset.trace);
    check(dead.length === 0, "numbers that lead nowhere: " + dead.length + " such as " + dead[0]?.dataset.of);
    const goTo = (number) => {
      number?.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
      const place = document.activeElement;
      check(number && place.classList.contains("found") && place.getClientRects().length > 0, "leads to nothing that is seen: " + number?.dataset.of);
      return place;
    };
    const leading = data.runs[data.shown].name;
    for (const [run, number] of data.runs.map((run) => [run.name, numbers("springs " + run.name)[0]])) {
      const cells = Array.from(goTo(number).cells);
      const [head, outlet] = [cells[1].textContent, one("th:nth-child(2) small", cells[1].closest("table")).textContent.match(/[\d.]+/)[0]].map(Number);
      check(Math.abs(head - outlet - Number(number.value)) < 0.011, run + ": " + head + " less " + outlet + " is not " + number.value);
    }
    const storage = numbers("verdict").find((own) => own.dataset.of.includes(leading + " ") && own.dataset.of.includes(" storage ") && own.dataset.of.endsWith(" value"));
    check(goTo(storage).dataset.reason === storage.dataset.of.split(" ").slice(2, -1).join(" "), "the reason of another ruling");
    const capacity = numbers("project").find((own) => own.dataset.of.endsWith(" capacity"));
    goTo(capacity);
    const figuresShown = all("#assumption-table tbody tr").map((row) => row.cells[0].textContent);
    check(figuresShown.length > 0 && figuresShown.length < 8, "a capacity does not lead to the figures of its project: " + figuresShown);
    one("#assumption-text").value = "";
    one("#assumption-text").dispatchEvent(new Event("input"));
    const brought = numbers("ledger " + leading).filter((own) => / project:\S+$/.test(own.dataset.of));
    check(brought.every((own) => own.dataset.trace), "what a project brings leads nowhere");
    for (const used of brought.filter((own) => Number(own.value) > 0)) {
      goTo(used);
      const sum = Number(one("#ledger-table tfoot td:nth-child(7)")?.dataset.litres) / 1000;
      check(Math.abs(sum - Number(used.value)) < 1e-3, "the rows of " + used.dataset.of + " sum to " + sum + ", the page shows " + used.value);
    }
    check(one("#cap details.numbers table")?.rows.length > 20, "the numbers of a chart are not there");
    one("#assumption-sureness").value = "quoted";
    one("#assumption-sureness").dispatchEvent(new Event("change"));
    const listed = all("#assumption-table tbody tr").length;
    check(listed > 0 && listed < data.assumptions.length, "the list of figures is not filtered: " + listed);
    for (const kind of ["verdicts", "warnings", "ledger", "charts", "assumptions", "data"])
      check(downloads[kind]().split("\n").length > 1 || kind === "data", "nothing to download: " + kind);
    check(document.body.scrollWidth <= window.innerWidth + 1, "the page is wider than the window: " + document.body.scrollWidth);
    const lost = all("[data-trace]").filter((own) => own.getAttribute("role") !== "link");
    check(lost.length === 0, "numbers that lead to the ledger do not say so: " + lost.length);
    check(all(".map text.zh:not(.halo)").length <= 2, "names on the map without a light around them: " + all(".map text.zh:not(.halo)").length);
    for (const own of all(".answer .verdict, #first th[scope=row]"))
      check(own.scrollWidth <= own.clientWidth + 1, "wider than its place: " + own.textContent.trim().slice(0, 60));
    check(![one("#answer"), one("#first")].some((own) => own.innerText.includes("\u202e")), "a name turns the direction of what follows");
    const named = (own) => own.getAttribute("aria-label") || document.getElementById(own.getAttribute("aria-labelledby"));
    const nameless = all(".scroll[tabindex], button, select, input, a").filter((own) =>
      !named(own) && (own.matches(".scroll") || !(own.textContent.trim() && !own.matches("select") || one(`label[for="${own.id}"]`))));
    check(nameless.length === 0, "without a name: " + nameless.map((own) => own.outerHTML.slice(0, 80)).join(" "));
    check(!window.hacked, "a hostile name ran as script");
  } catch (error) { wrong.push("thrown: " + error.stack); }
  document.documentElement.dataset.checked = wrong.length ? "WRONG " + wrong.join(" | ") : "PASSED";
});
