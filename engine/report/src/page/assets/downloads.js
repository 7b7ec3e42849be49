// What can be taken away, made from the data block.
const cellOf = (value) => {
  const text = value === null || value === undefined ? "" : String(value);
  // A spreadsheet would reckon with what begins like a formula.
  const safe = typeof value === "string" && /^[=+\-@\t]/.test(text) ? "'" + text : text;
  return /[",\n]/.test(safe) ? '"' + safe.replaceAll('"', '""') + '"' : safe;
};
const csv = (rows) => "\ufeff" + rows.map((row) => row.map(cellOf).join(",")).join("\r\n") + "\r\n";

const downloads = {
  verdicts: () => csv([["scenario", "target", "scope", "test", "required", "status", "value", "threshold", "unit", "margin_m3", "by", "first_met", "break_even", "band_low", "band_high"],
    ...data.runs.flatMap((run) => run.verdict.targets.map((own) => [run.name, own.id, own.scope.kind + "/" + own.scope.id, own.test,
      own.required, own.status, own.value, own.threshold, own.unit, own.margin_m3, own.by, own.first_met, own.break_even, own.band?.low, own.band?.high]))]),
  warnings: () => csv([["scenario", "zone", "year", "grade", "by", "overdraft", "level_fall_m_per_a", "spring_decay_per_a"],
    ...data.runs.flatMap((run) => run.warnings.map((row) => [run.name, ...row]))]),
  ledger: () => csv([["scenario", "group", "name_zh", "name_en", "county", "zone", "sector", "owner", "kind", "booking", "year", ...fields.map((field) => field + "_m3")],
    ...data.groups.flatMap((group, number) => data.years.map((year, place) => [data.runs[ledger.run].name, group.id, group.name.zh, group.name.en,
      group.county, group.zones[0], group.sector, group.owner, group.kind, group.booking, year,
      ...fields.map((field) => (litres(ledger.run, field, number, place) / 1000).toFixed(3))]))]),
  charts: () => csv([["chart", "series", "year", "value"], ...Object.entries(data.charts).flatMap(([id, chart]) =>
    chart.series.flatMap((series) => chart.years.map((year, place) => [id, series.name.en, year, series.values[place]])))]),
  assumptions: () => csv([["id", "value", "low", "high", "unit", "sureness", "source", "citation"],
    ...data.assumptions.map((row) => [row[0], row[2], row[3], row[4], row[5], row[6], row[7], data.sources[row[7]]])]),
  data: () => JSON.stringify(data),
};

for (const button of all("[data-download]")) {
  button.addEventListener("click", async () => {
    await Promise.all(data.runs.map((_, run) => unpacked(run)));
    const kind = button.dataset.download;
    const name = kind + (kind === "data" ? ".json" : ".csv");
    const link = element("a", { download: name });
    link.href = URL.createObjectURL(new Blob([downloads[kind]()], { type: kind === "data" ? "application/json" : "text/csv" }));
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
}

wire();
showRun(shownRun);
setLanguage(language());
