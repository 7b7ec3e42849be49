// Appended to a page whose style for paper was made that of the screen, as wide as the paper: nothing may be cut off there.
window.addEventListener("load", () => {
  const wrong = [...window.faults];
  const check = (holds, what) => { if (!holds) wrong.push(what); };
  try {
    dispatchEvent(new Event("beforeprint"));
    for (const lang of ["zh", "en"]) {
      one(`[data-set-lang=${lang}]`).click();
      const width = document.documentElement.clientWidth;
      check(document.body.scrollWidth <= width + 1, lang + ": wider than the paper: " + document.body.scrollWidth + " of " + width);
      let seen = 0;
      for (const part of all("table, figure.chart svg, .map-sheet svg, .verdict")) {
        const box = part.getBoundingClientRect();
        if (box.width === 0) continue;
        seen += 1;
        check(box.right <= width + 1 && box.left >= -1, lang + ": cut off at " + Math.round(box.right) + " of " + width + ": " +
          (part.closest("[id]")?.id ?? part.className) + " " + part.textContent.trim().slice(0, 40));
      }
      check(seen > 15, "little is printed: " + seen);
    }
    for (const hidden of ["#ledger", "#downloads", ".chooser", ".language"])
      check(getComputedStyle(one(hidden)).display === "none", hidden + " is printed");
    check(all("details.reasons:not(.away)").every((own) => own.open), "reasons are folded away on paper");
  } catch (error) { wrong.push("thrown: " + error.stack); }
  document.documentElement.dataset.checked = wrong.length ? "WRONG " + wrong.join(" | ") : "PASSED";
});
