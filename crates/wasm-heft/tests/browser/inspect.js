// Runs inside the report, added by ./run: compares the page with its JSON and looks for what a reader
// would trip over. The verdict goes into the element `verdict`, a line for each problem.
"use strict";
addEventListener("load", () => {
  const problems = [];
  const data = JSON.parse(document.getElementById("report-data").textContent);
  const at = (pointer) =>
    pointer
      .split("/")
      .slice(1)
      .reduce((value, key) => value?.[key], data);
  // A row says what the pointers of its cells begin with.
  const pointer = (cell, end) => (cell.closest("tr")?.dataset.at ?? "") + end;
  const numbers = document.querySelectorAll("[data-number]");
  for (const cell of numbers) {
    const text = cell.textContent.replace(/ B$/, "").replaceAll(",", "");
    const digits = (text.split(".")[1] ?? "").length;
    const from = pointer(cell, cell.dataset.number);
    const value = at(from);
    // A number may be rounded in its last digit; a count may not.
    const off = digits === 0 ? 0 : 0.5001 * 10 ** -digits;
    if (typeof value !== "number" || text === "" || !(Math.abs(Number(text) - value) <= off)) {
      problems.push(`the table says ${cell.textContent}, the JSON ${value} (${from})`);
    }
  }
  const texts = document.querySelectorAll("[data-text]");
  for (const cell of texts) {
    const from = pointer(cell, cell.dataset.text);
    if (cell.textContent !== at(from)) {
      problems.push(`the table says ${cell.textContent}, the JSON ${at(from)} (${from})`);
    }
  }
  if (numbers.length === 0 || texts.length === 0) problems.push("no table cell says where its number is from");
  for (const entry of performance.getEntriesByType("resource")) {
    if (!entry.name.startsWith("data:")) problems.push(`the page loads ${entry.name}`);
  }
  for (const element of document.querySelectorAll("[src], [srcset], link[href], [data]")) {
    const from = element.getAttribute("src") ?? element.getAttribute("href") ?? "another place";
    if (!from.startsWith("data:")) problems.push(`the page loads ${from}`);
  }
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  for (const id of new Set(ids)) {
    if (ids.filter((other) => other === id).length > 1) problems.push(`the id ${id} is there twice`);
  }
  for (const link of document.querySelectorAll("a[href^='#']")) {
    if (!document.getElementById(link.hash.slice(1))) problems.push(`the link ${link.hash} leads nowhere`);
  }
  let level = 0;
  for (const heading of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    const own = Number(heading.tagName[1]);
    if (own > level + 1) problems.push(`the heading "${heading.textContent}" skips a level`);
    level = own;
  }
  for (const picture of document.querySelectorAll("svg")) {
    if (!picture.getAttribute("aria-label")) problems.push("a picture has no name");
    const box = picture.viewBox.baseVal;
    for (const words of picture.querySelectorAll("text")) {
      const own = words.getBBox();
      const turned = words.hasAttribute("transform");
      if (!turned && (own.x < -1 || own.x + own.width > box.width + 1 || own.y < -1 || own.y + own.height > box.height + 1)) {
        problems.push(`"${words.textContent.trim()}" leaves its picture "${picture.getAttribute("aria-label")}"`);
      }
    }
  }
  const width = document.documentElement;
  if (width.scrollWidth > width.clientWidth) {
    problems.push(`the page is ${width.scrollWidth} wide on a screen of ${width.clientWidth}`);
  }
  const verdict = document.createElement("pre");
  verdict.id = "verdict";
  verdict.textContent = [
    `compared ${numbers.length} numbers and ${texts.length} texts on a screen of ${width.clientWidth}`,
    ...problems.map((problem) => `problem: ${problem}`),
    "end of verdict",
  ].join("\n");
  document.body.append(verdict);
});
