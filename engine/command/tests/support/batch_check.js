// Appended to the page of a batch by itself.
window.addEventListener("load", () => {
  const wrong = [...window.faults];
  const check = (holds, what) => { if (!holds) wrong.push(what); };
  try {
    check(one("#cap") && one("figure.chart[id^=spring-]"), "charts are missing");
    for (const figure of all("figure.chart")) check(figure.querySelector(".mark path"), "no marks in " + figure.id);
    check(all("#cap .band path").length === 2, "bands of the first and of the leading scenario: " + all("#cap .band path").length);
    check(all("#odds tbody tr").length > 10, "targets are missing");
    one("[data-set-lang=zh]").click();
    check(all(".en").every((item) => getComputedStyle(item).display === "none"), "English is left in the Chinese page");
    check(one("#odds-title").innerText.includes("概率"), "the Chinese heading is not shown");
    one("[data-set-lang=en]").click();
    const rows = all("#assumption-table tbody tr").length;
    one("#assumption-sureness").value = "quoted";
    one("#assumption-sureness").dispatchEvent(new Event("change"));
    check(rows > 300 && all("#assumption-table tbody tr").length < rows, "the filter drops nothing of " + rows);
    check(downloads.charts().length > 1000 && downloads.assumptions().length > 1000, "nothing to download");
    check(document.body.scrollWidth <= window.innerWidth + 1, "the page is wider than the window: " + document.body.scrollWidth);
  } catch (error) { wrong.push("thrown: " + error.stack); }
  document.documentElement.dataset.checked = wrong.length ? "WRONG " + wrong.join(" | ") : "PASSED";
});
