// Scenarios out of view may lie packed in the page: their parts are put in place, and their data beside the others', when they are
// first asked for.
const unpacking = new Map();
const packed = (run) => one("#packed-" + run);
function unpacked(run) {
  if (!unpacking.has(run)) unpacking.set(run, packed(run) ? unpack(run) : Promise.resolve(true));
  return unpacking.get(run);
}
// At once where the run lies open.
function whenOpen(run, act) {
  if (packed(run)) unpacked(run).then((done) => done && act());
  else act();
}

async function unpack(run) {
  const holder = packed(run);
  const state = one("#unpacking");
  try {
    const bytes = Uint8Array.from(atob(holder.textContent), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    const { parts, charts, ...own } = JSON.parse(await new Response(stream).text());
    Object.assign(data.charts, charts);
    Object.assign(data.runs[run], own);
    // The parts were made by the page's own template, names in them as text.
    all(`[data-packed="${run}"]`).forEach((place, number) => (place.outerHTML = parts[number]));
    holder.remove();
    wire();
    setLanguage(language());
    state.textContent = "";
    return true;
  } catch (error) {
    unpacking.delete(run);
    state.textContent = says("此浏览器无法展开该方案：", "This browser cannot unpack the scenario: ") + error.message;
    return false;
  }
}

// What has to listen once it is in the page.
const wirings = [];
const onPart = (selector, act) => wirings.push({ selector, act, known: new WeakSet() });
function wire() {
  for (const { selector, act, known } of wirings) {
    for (const item of all(selector)) {
      if (known.has(item)) continue;
      known.add(item);
      act(item);
    }
  }
}
