// Runs inside the report, added by ./run: compares the page with its JSON and looks for what a reader
// would trip over. The verdict goes into the element `verdict`, a line for each problem.
"use strict";
addEventListener("load", () => {
  const opened = Math.round(performance.now());
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
  // What the page's script offers, used as a reader would: sorting, filtering, search, the picture of a file.
  const keys = (key) =>
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  const type = (input, text) => {
    input.value = text;
    input.dispatchEvent(new Event("input"));
  };
  const sorts = [...document.querySelectorAll("main .scroll > table")].filter((table) => table.querySelector("th .sort"));
  if (sorts.length === 0) problems.push("no table can be sorted");
  for (const table of sorts) {
    const column = [...table.tHead.rows[0].cells].findIndex((cell) => cell.classList.contains("number"));
    if (column < 0) continue;
    const head = table.tHead.rows[0].cells[column];
    const shown = () =>
      [...table.tBodies[0].rows]
        .map((row) => Number(row.cells[column].textContent.replace(/,| B$/g, "")))
        .filter((number) => !Number.isNaN(number));
    for (const sign of [-1, 1]) {
      head.querySelector("button").click();
      const wrong = shown().some((number, i, all) => i > 0 && (number - all[i - 1]) * sign < 0);
      if (wrong) problems.push(`"${table.caption.textContent}" is not sorted by ${head.textContent}`);
    }
  }
  const filter = document.querySelector(".filter input");
  if (filter) {
    const rows = [...filter.closest(".filter").nextElementSibling.querySelectorAll("tbody tr")];
    const one = rows[0].textContent;
    type(filter, one.slice(0, 8));
    const kept = rows.filter((row) => !row.hidden);
    if (kept.length === 0 || kept.length === rows.length) problems.push("filtering a table keeps all of it or nothing");
    type(filter, "");
    if (rows.some((row) => row.hidden)) problems.push("an empty filter hides rows");
  }
  const map = document.getElementById("map");
  if (map) {
    const cells = () => [...map.querySelectorAll(".cell")];
    const area = cells().reduce((sum, cell) => sum + cell.offsetWidth * cell.offsetHeight, 0);
    const whole = map.clientWidth * map.clientHeight;
    if (Math.abs(area / whole - 1) > 0.05) problems.push("the areas of the picture do not fill it");
    const first = map.querySelector("[tabindex='0']");
    first.focus();
    for (const key of ["ArrowRight", "ArrowDown"]) {
      first.focus();
      keys(key);
      const moved = map.contains(document.activeElement) && document.activeElement !== first;
      if (!moved && cells().length > 2) problems.push(`the key ${key} moves nowhere in the picture`);
    }
    keys("Home");
    const before = cells().map((cell) => cell.title).join();
    const name = document.activeElement.title.split(":")[0];
    keys("Enter");
    if (cells().map((cell) => cell.title).join() === before) problems.push(`Enter does not go into ${name}`);
    if (!document.getElementById("map-crumbs").textContent.includes(name)) problems.push("the page does not say where the picture is");
    const inside = cells().find((cell) => !cell.title.startsWith("("));
    keys("Escape");
    if (cells().map((cell) => cell.title).join() !== before) problems.push("Escape does not go back");
    if (!map.contains(document.activeElement)) problems.push("going back loses the reader's place");
    const find = document.getElementById("map-find");
    const words = inside.title.split(":")[0].slice(0, 12);
    type(find, words);
    const found = document.querySelectorAll("#map-found tbody tr");
    if (found.length === 0) problems.push(`searching for ${words} finds nothing`);
    type(find, "no function is called this");
    if (document.querySelector("#map-found tbody tr")) problems.push("a search for nothing finds something");
    type(find, "");
  }
  const verdict = document.createElement("pre");
  verdict.id = "verdict";
  verdict.textContent = [
    `compared ${numbers.length} numbers and ${texts.length} texts on a screen of ${width.clientWidth}`,
    `opened with ${data.artifacts.length} artifacts in ${opened} ms`,
    ...problems.map((problem) => `problem: ${problem}`),
    "end of verdict",
  ].join("\n");
  document.body.append(verdict);
});
