"use strict";
// Switches: language, scenario, year. Texts of both languages stand in the page; only attributes and options are set here.
const data = JSON.parse(document.getElementById("data").textContent);
const one = (selector, from = document) => from.querySelector(selector);
const all = (selector, from = document) => Array.from(from.querySelectorAll(selector));
const language = () => document.documentElement.dataset.lang;
const pick = (text) => text[language()];
const listeners = [];
const onLanguage = (act) => listeners.push(act);

function element(tag, attributes = {}, text) {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

function setLanguage(lang) {
  document.documentElement.dataset.lang = lang;
  document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
  for (const button of all("[data-set-lang]")) button.setAttribute("aria-pressed", String(button.dataset.setLang === lang));
  for (const item of all("[data-label-zh]")) {
    const text = lang === "zh" ? item.dataset.labelZh : item.dataset.labelEn;
    if (item.matches("option, title")) item.textContent = text;
    else item.setAttribute("aria-label", text);
  }
  for (const act of listeners) act();
}

let shownRun = data.shown;
let shownYear = data.map_years.length - 1;

function showFrame() {
  const year = String(data.map_years[shownYear]);
  for (const frame of all(".frame")) {
    frame.classList.toggle("hidden", frame.dataset.run !== String(shownRun) || frame.dataset.year !== year);
  }
  const slider = one("#year");
  if (slider) {
    slider.setAttribute("aria-valuetext", year);
    one("#year-shown").textContent = year;
  }
}

function showRun(run) {
  shownRun = run;
  // Another may have been chosen before it was unpacked.
  whenOpen(run, () => shownRun === run && turnTo(run));
}

function turnTo(run) {
  for (const line of all(".pale")) line.classList.toggle("chosen", line.dataset.line === String(run));
  for (const item of all("[data-run]:not(.frame)")) item.classList.toggle("away", item.dataset.run !== String(run));
  showFrame();
}

one("#run")?.addEventListener("change", (event) => showRun(Number(event.target.value)));
one("#year")?.addEventListener("input", (event) => {
  shownYear = Number(event.target.value);
  showFrame();
});
for (const button of all("[data-set-lang]")) button.addEventListener("click", () => setLanguage(button.dataset.setLang));

// Paper shows the reasons of the base and of the scenario in view.
let opened = [];
window.addEventListener("beforeprint", () => {
  opened = all("details.reasons:not(.away):not([open])");
  for (const own of opened) own.open = true;
});
window.addEventListener("afterprint", () => opened.forEach((own) => (own.open = false)));

// Which rows of the ledger a number of the page sums: see `data-of`.
function traceOf(of) {
  const [file, run, ...rest] = of.split(" ");
  const number = data.runs.findIndex((own) => own.name === run);
  if (number < 0) return null;
  if (file === "ledger") {
    const trace = { run: number, year: Number(rest[0]) };
    if (rest[1] === "unmet") trace.sector = rest[2];
    else trace.cause = rest[1];
    // What brings nothing in a year has no rows there.
    return trace.cause && !data.runs[number].causes?.[trace.year]?.[trace.cause] ? null : trace;
  }
  if (file !== "verdict") return null;
  const [target, test, scope, field] = rest;
  if (field !== "value" && field !== "ratio" && field !== "cut") return null;
  const [kind, id] = scope.split("/");
  // Of packed runs no others are known.
  const ruling = data.runs[number].verdict.targets.find(
    (own) => own.id === target && own.test === test && own.scope.kind === kind && own.scope.id === id);
  if (!ruling) return null;
  const year = Number(ruling.by.slice(0, 4));
  if (test === "cap") return { run: number, year, basis: "statistical" };
  if (test === "cap-physical") return { run: number, year, basis: "physical" };
  if (test === "allowable" && id !== "all-zones") return { run: number, year, basis: "wells", zone: id };
  return null;
}

// Where a number of the first screen comes from that is no sum of rows: the run it is of, and what shows its place once that is in view.
function leadOf(of) {
  const [file, run, ...rest] = of.split(" ");
  const number = data.runs.findIndex((own) => own.name === run);
  if (number < 0) return null;
  const project = file === "project" ? rest[0] : file === "ledger" && rest[1].startsWith("project:") && rest[1].slice(8);
  if (project) return { run: number, find: () => figuresOf("project:" + project + ":") };
  if (file === "springs") return { run: number, find: () => one(`#outlets-${number}-${rest[1]}`) };
  if (file !== "verdict" || !["value", "ratio", "cut"].includes(rest.at(-1))) return null;
  const key = rest.slice(0, -1).join(" ");
  const reason = (of) => all(`[data-reasons="${of}"] [data-reason]`).find((own) => own.dataset.reason === key);
  // What is the same under the base stands there.
  return { run: number, find: () => reason(number) ?? reason(0) };
}

function choose(run) {
  if (run === 0 || run === shownRun) return;
  one("#run").value = String(run);
  showRun(run);
}

// Goes to a place, opening what it is folded into; the keyboard goes on from there.
function arrive(place) {
  for (const own of all(".found")) own.classList.remove("found");
  for (let fold = place.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  place.classList.add("found");
  if (place.tabIndex < 0) place.tabIndex = -1;
  place.scrollIntoView();
  place.focus({ preventScroll: true });
}
