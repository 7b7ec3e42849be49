// Appended to a page of many scenarios: those out of view lie packed in it, and come out when they are asked for.
window.addEventListener("load", async () => {
  const wrong = [...window.faults];
  const check = (holds, what) => { if (!holds) wrong.push(what); };
  try {
    const numbers = all("script[id^=packed-]").map((own) => Number(own.id.split("-")[1]));
    check(numbers.length === data.runs.length - 2 && numbers.length > 5, "packed: " + numbers);
    const number = numbers.at(-1);
    check(!data.runs[number].ledger && !one(`.frame[data-run="${number}"]`), "a packed scenario lies open, too");
    one("#run").value = String(number);
    one("#run").dispatchEvent(new Event("change"));
    check(await unpacked(number), "not unpacked: " + one("#unpacking").textContent);
    check(!one("#packed-" + number) && !one(`[data-packed="${number}"]`), "something is left packed");
    const charts = all("figure.chart[data-run]:not(.away)");
    check(charts.length >= 4, "charts: " + charts.map((own) => own.id));
    for (const own of charts)
      check(own.dataset.run === String(number) && own.querySelector(".mark path") && data.charts[own.id], "chart " + own.id);
    const dark = all("#cap .pale.chosen").map((own) => own.dataset.line);
    check(all("#cap .pale").length === data.runs.length - 1 && dark.join() === String(number), "the line in view: " + dark);
    const frames = all(".frame:not(.hidden)");
    check(frames.length === 2 && frames.every((own) => own.dataset.run === String(number) && own.getBBox().width > 0), "frames: " + frames.length);
    const grade = one(`[data-warnings="${number}"] [data-warning]`);
    grade.dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));
    check(one("#reading").innerText.includes("overdraft coefficient"), "a grade does not say why: " + one("#reading").innerText);
    check(one(`details.reasons[data-run="${number}"] dt`), "no reasons");
    charts[0].focus();
    charts[0].dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowLeft", bubbles: true }));
    check(!one("#reading").hidden, "no reading by the arrow keys");
    const other = numbers[0];
    const cap = all("data[data-trace]").find((own) => own.dataset.of === `verdict ${data.runs[other].name} cap cap city/city value`);
    cap.click();
    await unpacked(other);
    await Promise.resolve();
    const sum = Number(one("#ledger-table tfoot td:nth-child(5)").dataset.litres) / 1000;
    check(Math.abs(sum - Number(cap.value)) < 1e-3, "the rows of the ledger sum to " + sum + ", the page shows " + cap.value);
    one("[data-set-lang=zh]").click();
    await Promise.all(data.runs.map((_, run) => unpacked(run)));
    check(data.runs.every((run) => run.ledger && run.warnings.length > 0 && run.verdict.targets.every((own) => own.status)) && !one("[data-packed]"), "not all can be taken away");
    const late = one(`figure.chart[data-run="${numbers[1]}"]`);
    check(late.getAttribute("aria-label") === late.dataset.labelZh, "what was unpacked speaks another language");
    check(wrong.length > 0 || window.faults.length === 0, window.faults.join(" "));
  } catch (error) { wrong.push("thrown: " + error.stack); }
  document.documentElement.dataset.checked = wrong.length ? "WRONG " + wrong.join(" | ") : "PASSED";
});
