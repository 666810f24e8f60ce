// Sorts and filters the tables, and lets one enter the picture of a file, search its functions and compare
// it with another. Everything is read from the element `report-data`; the page can be read without this.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("report-data").textContent);
  const find = (id) => document.getElementById(id);
  const make = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const bytes = (count) => `${count.toLocaleString("en-US")} B`;
  const signed = (count) => (count > 0 ? "+" : "") + bytes(count);

  // --- Tables ---

  // A cell as something to sort by: a number where it is one, null where it says nothing.
  const collator = new Intl.Collator("en", { numeric: true });
  const sortValue = (cell) => {
    const text = cell.textContent.trim();
    if (text === "" || text === "-") return null;
    const number = Number(text.replace(/,/g, "").replace(/ (B|%)$/, ""));
    return Number.isNaN(number) ? text : number;
  };
  const compare = (a, b) =>
    typeof a === "number" && typeof b === "number" ? a - b : collator.compare(String(a), String(b));

  const sortable = (table) => {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = make("button", { type: "button", className: "sort", textContent: head.textContent });
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        // The first click on a column of numbers shows the largest.
        const order = head.getAttribute("aria-sort");
        const isNumber = head.classList.contains("number");
        const down = order === null ? isNumber : order === "ascending";
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const body = table.tBodies[0];
        const rows = [...body.rows].map((row) => [sortValue(row.cells[column]), row]);
        rows.sort(([a], [b]) => {
          if (a === null || b === null) return (a === null) - (b === null);
          return down ? compare(b, a) : compare(a, b);
        });
        body.append(...rows.map(([, row]) => row));
      });
    });
  };

  const filterable = (table) => {
    const rows = [...table.tBodies[0].rows];
    const input = make("input", { type: "search", spellcheck: false });
    const count = make("output", {});
    input.addEventListener("input", () => {
      const words = input.value.toLowerCase().split(/\s+/);
      let shown = 0;
      for (const row of rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !words.every((word) => text.includes(word));
        if (!row.hidden) shown += 1;
      }
      count.textContent = shown === rows.length ? "" : `${shown} of ${rows.length}`;
    });
    const caption = table.caption?.textContent ?? "rows";
    input.setAttribute("aria-label", `Filter: ${caption}`);
    table.closest(".scroll").before(make("p", { className: "filter" }, make("label", {}, "Filter ", input), count));
  };

  // Shorter tables are read faster than sorted.
  for (const table of document.querySelectorAll("main .scroll > table")) {
    const rows = table.tBodies[0].rows.length;
    if (rows > 3) sortable(table);
    if (rows > 8) filterable(table);
  }

  // --- The picture that can be entered ---

  const explore = find("explore");
  if (!explore || !data.functions) return;
  const [map, crumbs, read, found] = ["map", "map-crumbs", "map-read", "map-found"].map(find);
  const [chosen, other, query] = ["map-artifact", "map-other", "map-find"].map(find);
  const kinds = JSON.parse(explore.dataset.kinds);
  // Cells beyond this many would be too small to see.
  const MOST_CELLS = 400;
  const MOST_FOUND = 50;
  // Below this many pixels no word fits.
  const WORDS_FROM = { width: 46, height: 16 };

  let inside = null;
  let cells = [];

  const artifact = () => Number(chosen.value);
  const compared = () => (other.value === "" || other.value === chosen.value ? null : Number(other.value));

  const functionsOf = (index, row) =>
    (data.functions.artifacts[index][row] ?? []).map(([name, size]) => ({ name: data.functions.names[name], size }));

  // The functions of a crate, and what of it is none or is too small to be listed.
  const partsOf = (index, crate) => {
    const row = data.artifacts[index].crates.findIndex(({ name }) => name === crate);
    if (row < 0) return [];
    const parts = functionsOf(index, row);
    const whole = data.artifacts[index].crates[row].bytes;
    const rest = whole - parts.reduce((sum, { size }) => sum + size, 0);
    const limit = data.functions.at_least_bytes;
    const name = limit > 0 ? `(data, and functions below ${bytes(limit)})` : "(data)";
    if (rest > 0) parts.push({ name, size: rest });
    return parts;
  };

  const items = (index) =>
    inside === null
      ? data.artifacts[index].crates.map(({ name, bytes: size }) => ({ name, size, enter: true }))
      : partsOf(index, inside);

  const withChange = (list) => {
    if (compared() === null) return list;
    const before = new Map(items(compared()).map(({ name, size }) => [name, size]));
    return list.map((item) => ({ ...item, change: item.size - (before.get(item.name) ?? 0) }));
  };

  // The squarified treemap of Bruls, Huizing and van Wijk (2000), as in the plain picture.
  const layout = (sizes, width, height) => {
    const scale = (width * height) / sizes.reduce((sum, size) => sum + size, 0);
    const areas = sizes.map((size) => size * scale);
    const worst = (row, side) => {
      const depth = row.reduce((sum, area) => sum + area, 0) / side;
      return Math.max(...row.map((area) => Math.max(area / depth / depth, (depth * depth) / area)));
    };
    const free = { x: 0, y: 0, width, height };
    const places = [];
    for (let at = 0; at < areas.length; ) {
      const side = Math.min(free.width, free.height);
      let count = 1;
      while (
        at + count < areas.length &&
        worst(areas.slice(at, at + count + 1), side) <= worst(areas.slice(at, at + count), side)
      ) {
        count += 1;
      }
      const row = areas.slice(at, at + count);
      const sum = row.reduce((total, area) => total + area, 0);
      const upright = free.width >= free.height;
      const depth = side > 0 ? sum / side : 0;
      let along = 0;
      for (const area of row) {
        const length = sum > 0 ? (side * area) / sum : 0;
        places.push(
          upright
            ? { x: free.x, y: free.y + along, width: depth, height: length }
            : { x: free.x + along, y: free.y, width: length, height: depth },
        );
        along += length;
      }
      if (upright) {
        free.x += depth;
        free.width = Math.max(free.width - depth, 0);
      } else {
        free.y += depth;
        free.height = Math.max(free.height - depth, 0);
      }
      at += count;
    }
    return places;
  };

  const describe = ({ name, size, change }, whole) => {
    const part = ((size * 100) / whole).toFixed(1);
    const moved = change === undefined ? "" : `, ${change === 0 ? "as large as" : `${signed(change)} against`} ${other.selectedOptions[0].text}`;
    return `${name}: ${bytes(size)}, ${part} %${moved}`;
  };

  const kindOf = ({ name, change }) => {
    if (change !== undefined) return change > 0 ? "grown" : change < 0 ? "shrunk" : "kind-other";
    return `kind-${kinds[inside ?? name] ?? "crate"}`;
  };

  const hasFunctions = (name) => {
    const row = data.artifacts[artifact()].crates.findIndex((crate) => crate.name === name);
    return row >= 0 && functionsOf(artifact(), row).length > 0;
  };

  const enter = (name) => {
    if (!hasFunctions(name)) return;
    inside = name;
    draw();
    focusOn(0);
  };

  const leave = () => {
    if (inside === null) return;
    const from = inside;
    inside = null;
    draw();
    focusOn(Math.max(cells.findIndex(({ item }) => item.name === from), 0));
  };

  // One cell is in the order of Tab; the arrow keys move it.
  const focusOn = (index) => {
    if (!cells[index]) return;
    for (const { element } of cells) element.tabIndex = -1;
    cells[index].element.tabIndex = 0;
    cells[index].element.focus({ preventScroll: true });
  };

  const neighbor = (from, key) => {
    const center = ({ place }) => ({ x: place.x + place.width / 2, y: place.y + place.height / 2 });
    const here = center(cells[from]);
    const [along, across] = key === "ArrowLeft" || key === "ArrowRight" ? ["x", "y"] : ["y", "x"];
    const ahead = key === "ArrowRight" || key === "ArrowDown" ? 1 : -1;
    let best = from;
    let least = Infinity;
    cells.forEach((cell, index) => {
      const there = center(cell);
      const step = (there[along] - here[along]) * ahead;
      if (index === from || step < 1) return;
      const distance = step + 2 * Math.abs(there[across] - here[across]);
      if (distance < least) [best, least] = [index, distance];
    });
    return best;
  };

  map.addEventListener("keydown", (event) => {
    const at = cells.findIndex(({ element }) => element === document.activeElement);
    if (at < 0 || event.ctrlKey || event.altKey || event.metaKey) return;
    const moves = { Home: () => 0, End: () => cells.length - 1 };
    if (event.key.startsWith("Arrow")) focusOn(neighbor(at, event.key));
    else if (moves[event.key]) focusOn(moves[event.key]());
    else if (event.key === "Enter" || event.key === " ") {
      if (cells[at].item.enter) enter(cells[at].item.name);
    } else if (event.key === "Escape" || event.key === "Backspace") leave();
    else return;
    event.preventDefault();
  });

  const draw = () => {
    const all = withChange(items(artifact())).filter(({ size }) => size > 0);
    all.sort((a, b) => b.size - a.size);
    const list = all.slice(0, MOST_CELLS);
    const left = all.slice(MOST_CELLS).reduce((sum, { size }) => sum + size, 0);
    if (left > 0) list.push({ name: `(${all.length - MOST_CELLS} smaller ones)`, size: left });
    const whole = list.reduce((sum, { size }) => sum + size, 0);
    const { clientWidth: width, clientHeight: height } = map;
    const places = layout(list.map(({ size }) => size), width, height);
    cells = list.map((item, index) => {
      const place = places[index];
      const words = describe(item, whole);
      const element = make("button", { type: "button", className: `cell ${kindOf(item)}`, title: words, tabIndex: -1 });
      element.setAttribute("aria-label", item.enter ? words : `${words}.`);
      Object.assign(element.style, {
        left: `${(place.x * 100) / width}%`,
        top: `${(place.y * 100) / height}%`,
        width: `${(place.width * 100) / width}%`,
        height: `${(place.height * 100) / height}%`,
      });
      if (place.width >= WORDS_FROM.width && place.height >= WORDS_FROM.height) {
        const size = item.change === undefined ? bytes(item.size) : signed(item.change);
        const short = inside === null ? item.name : item.name.replaceAll(`${inside}::`, "");
        element.append(make("b", {}, short), make("span", {}, size));
      }
      element.addEventListener("focus", () => (read.textContent = words));
      element.addEventListener("mouseenter", () => (read.textContent = words));
      element.addEventListener("click", () => item.enter && enter(item.name));
      return { element, item, place };
    });
    if (cells[0]) cells[0].element.tabIndex = 0;
    find("map-kinds").hidden = compared() !== null;
    find("map-changes").hidden = compared() === null;
    map.replaceChildren(...cells.map(({ element }) => element));
    const top = data.artifacts[artifact()].name;
    crumbs.replaceChildren(
      inside === null ? make("b", {}, top) : make("button", { type: "button", onclick: leave }, top),
      ...(inside === null ? [] : [" / ", make("b", {}, inside)]),
      `: ${bytes(whole)}`,
    );
    read.textContent = inside === null ? `${all.length} crates and parts` : `${all.length} functions and parts`;
  };

  // --- Search, and what two builds differ by ---

  const everyFunction = (index) => {
    const sums = new Map();
    data.artifacts[index].crates?.forEach(({ name: crate }, row) => {
      for (const { name, size } of functionsOf(index, row)) sums.set(`${crate}\n${name}`, { crate, name, size });
    });
    return sums;
  };

  const search = () => {
    const words = query.value.toLowerCase().split(/\s+/).filter((word) => word !== "");
    const now = everyFunction(artifact());
    let rows = [...now.values()];
    if (compared() !== null) {
      const before = everyFunction(compared());
      rows = rows.map((row) => ({ ...row, change: row.size - (before.get(`${row.crate}\n${row.name}`)?.size ?? 0) }));
      for (const [key, row] of before) if (!now.has(key)) rows.push({ ...row, size: 0, change: -row.size });
      rows = rows.filter(({ change }) => change !== 0);
    } else if (words.length === 0) {
      found.replaceChildren();
      return;
    }
    rows = rows.filter(({ crate, name }) => words.every((word) => `${crate} ${name}`.toLowerCase().includes(word)));
    rows.sort((a, b) => (compared() === null ? b.size - a.size : Math.abs(b.change) - Math.abs(a.change)));
    found.replaceChildren(table(rows));
  };

  const table = (rows) => {
    const columns = ["function", "crate", "size", ...(compared() === null ? [] : ["change"])];
    const head = columns.map((name, i) => make("th", { scope: "col", className: i > 1 ? "number" : "", textContent: name }));
    const body = rows.slice(0, MOST_FOUND).map(({ name, crate, size, change }) => {
      const to = make("button", { type: "button", textContent: crate, onclick: () => enter(crate) });
      const cells = [make("th", { scope: "row", textContent: name }), make("td", {}, to), make("td", { className: "number" }, bytes(size))];
      if (change !== undefined) cells.push(make("td", { className: "number" }, signed(change)));
      return make("tr", {}, ...cells);
    });
    const what = compared() === null ? "functions" : "functions that differ";
    const count = rows.length > MOST_FOUND ? `the ${MOST_FOUND} largest of ${rows.length}` : String(rows.length);
    const built = make(
      "table",
      {},
      make("caption", { textContent: `${count} ${what}` }),
      make("thead", {}, make("tr", {}, ...head)),
      make("tbody", {}, ...body),
    );
    sortable(built);
    return make("div", { className: "scroll functions" }, built);
  };

  const changed = () => {
    if (inside !== null && !hasFunctions(inside)) inside = null;
    draw();
    search();
  };
  chosen.value = explore.dataset.artifact;
  chosen.addEventListener("change", changed);
  other.addEventListener("change", changed);
  query.addEventListener("input", search);
  explore.hidden = false;
  find("plain-map").hidden = true;
  draw();
  let width = map.clientWidth;
  addEventListener("resize", () => {
    if (map.clientWidth === width) return;
    width = map.clientWidth;
    draw();
  });
})();
