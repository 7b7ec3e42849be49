// Appended to a page by the browser test: uses it as a reader would and leaves what went wrong in the document's title.
window.addEventListener("load", () => {
  const wrong = [...window.faults];
  const check = (holds, what) => { if (!holds) wrong.push(what); };
  try {
    for (const figure of all("figure.chart")) check(figure.querySelector(".mark path, .mark rect, path.mark"), "no marks in " + figure.id);
    check(all(".map .mark").length > 0, "no contour on the map");
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
    check(document.body.scrollWidth <= window.innerWidth + 1, "the page is wider than the window: " + document.body.scrollWidth);
    check(!window.hacked, "a hostile name ran as script");
  } catch (error) { wrong.push("thrown: " + error.stack); }
  document.documentElement.dataset.checked = wrong.length ? "WRONG " + wrong.join(" | ") : "PASSED";
});
