
"use strict";
const plan = (() => {
  const root = document.documentElement;
  root.classList.add("on");
  const find = (selector, within = document) => [...within.querySelectorAll(selector)];
  const one = (id) => document.getElementById(id);
  const folded = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐ]/g, "d").toLowerCase();

  // --- choosing and filtering
  const body = one("households").tBodies[0];
  const rows = [...body.rows];
  const searched = new Map();
  const members = new Map(rows.map((row) => [row, row.dataset.m.split(" ")]));
  const who = one("who"), query = one("query"), changed = one("changed"), broken = one("broken"), differs = one("differs");
  const status = one("status"), map = one("map");
  const buttons = find("button[data-m]");
  const fill = (template, values) => template.replace(/\{(\w+)\}/g, (whole, name) => name in values ? values[name] : whole);
  const number = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, root.dataset.thousands);

  function refresh() {
    const member = who.value, words = folded(query.value.trim());
    let shown = 0;
    for (const row of rows) {
      let fits = (!member || members.get(row).includes(member))
        && (!changed || !changed.checked || "c" in row.dataset)
        && (!broken || !broken.checked || "b" in row.dataset)
        && (!differs || !differs.checked || "d" in row.dataset);
      if (fits && words) {
        if (!searched.has(row)) searched.set(row, folded([...row.cells].map((cell) => cell.textContent).join(" ")));
        fits = searched.get(row).includes(words);
      }
      if (row.hidden === fits) row.hidden = !fits;
      shown += fits;
    }
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.m === member));
    if (map) {
      map.classList.toggle("chosen", Boolean(member));
      for (const group of find("g[data-m]", map)) group.classList.toggle("on", group.dataset.m === member);
    }
    const values = { shown: number(shown), all: number(rows.length) };
    if (member) values.member = who.selectedOptions[0].textContent;
    status.textContent = fill(member ? status.dataset.chosen : status.dataset.told, values);
  }

  function choose(member) {
    who.value = who.value === member ? "" : member;
    refresh();
  }

  for (const button of buttons) button.addEventListener("click", () => choose(button.dataset.m));
  for (const control of [who, query, changed, broken, differs]) if (control) control.addEventListener("input", refresh);
  one("controls").addEventListener("submit", (event) => event.preventDefault());
  one("all").addEventListener("click", () => {
    one("controls").reset();
    refresh();
  });

  // --- sorting
  const collator = new Intl.Collator(root.lang, { numeric: true });
  const figure = (text) => {
    const plain = text.split(";")[0].split(root.dataset.thousands).join("").replace(root.dataset.point, ".");
    return plain.trim() === "" ? Infinity : Number(plain);
  };
  const heads = [...one("households").tHead.rows[0].cells];
  heads.forEach((head, place) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      const value = "n" in head.dataset ? figure : (text) => text;
      const keyed = rows.map((row, first) => [value(row.cells[place].textContent), first, row]);
      const less = "n" in head.dataset ? (a, b) => (a === b ? 0 : a - b) : collator.compare;
      keyed.sort((a, b) => (down ? -1 : 1) * less(a[0], b[0]) || a[1] - b[1]);
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      body.append(...keyed.map((entry) => entry[2]));
    });
  });

  // --- the map
  if (map) {
    const [width, height] = map.getAttribute("viewBox").split(" ").slice(2).map(Number);
    const letters = 70;
    let view = { x: 0, y: 0, scale: 1 };
    const points = [];
    const placed = new Map();
    for (const row of rows) {
      if ("x" in row.dataset) continue;
      for (const member of members.get(row)) {
        if (!placed.has(member)) placed.set(member, []);
        placed.get(member).push(row);
      }
    }
    for (const group of find("g[data-m]", map)) {
      const path = group.querySelector(".h");
      if (!path) continue;
      const mine = placed.get(group.dataset.m);
      const at = [];
      for (const [, kind, x, y] of path.getAttribute("d").matchAll(/([Mm])(-?\d+) ?(-?\d+)/g)) {
        const last = kind === "M" ? [0, 0] : at[at.length - 1];
        at.push([last[0] + Number(x), last[1] + Number(y)]);
      }
      const home = map.querySelector(`g.t[data-m="${group.dataset.m}"] .s:not(.o)`);
      if (home && !group.querySelector(".l")) {
        const lines = document.createElementNS(map.namespaceURI, "path");
        const from = home.getAttribute("d").match(/M(\d+) (\d+)/)[0];
        lines.setAttribute("class", "l");
        lines.setAttribute("d", at.map((end) => `${from}L${end[0]} ${end[1]}`).join(""));
        group.prepend(lines);
      }
      at.forEach((end, place) => points.push({ x: end[0], y: end[1], row: mine[place], member: group.dataset.m }));
    }
    const hit = document.createElementNS(map.namespaceURI, "circle");
    hit.setAttribute("class", "hit");
    map.append(hit);

    function draw() {
      view.scale = Math.min(Math.max(view.scale, 1), 40);
      const w = width / view.scale, h = height / view.scale;
      view.x = Math.min(Math.max(view.x, 0), width - w);
      view.y = Math.min(Math.max(view.y, 0), height - h);
      map.setAttribute("viewBox", `${view.x} ${view.y} ${w} ${h}`);
      fit();
    }
    function fit() {
      // Numbers stay as large as the marks they stand on.
      const box = map.getScreenCTM();
      map.style.fontSize = `${box && box.a ? 12 / box.a : letters}px`;
      hit.setAttribute("r", box && box.a ? 8 / box.a : 20);
    }
    function zoom(by, x = view.x + width / view.scale / 2, y = view.y + height / view.scale / 2) {
      const before = view.scale;
      const scale = Math.min(Math.max(before * by, 1), 40);
      view = { x: x - (x - view.x) * before / scale, y: y - (y - view.y) * before / scale, scale };
      draw();
    }
    function place(event) {
      const box = map.getScreenCTM().inverse();
      return new DOMPoint(event.clientX, event.clientY).matrixTransform(box);
    }
    function nearest(at) {
      const reach = 14 / map.getScreenCTM().a;
      let best = null, least = reach * reach;
      for (const point of points) {
        const far = (point.x - at.x) ** 2 + (point.y - at.y) ** 2;
        if (far < least) [best, least] = [point, far];
      }
      return best;
    }
    one("nearer").addEventListener("click", () => zoom(1.6));
    one("farther").addEventListener("click", () => zoom(1 / 1.6));
    one("whole").addEventListener("click", () => {
      view = { x: 0, y: 0, scale: 1 };
      draw();
    });
    map.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && document.activeElement !== map) return; // the page scrolls
      event.preventDefault();
      const at = place(event);
      zoom(event.deltaY < 0 ? 1.25 : 0.8, at.x, at.y);
    }, { passive: false });
    map.addEventListener("keydown", (event) => {
      const step = 0.15 / view.scale;
      const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
      if (event.key in moves && view.scale > 1) {
        view.x += moves[event.key][0] * step * width;
        view.y += moves[event.key][1] * step * height;
        draw();
      } else if (event.key === "+" || event.key === "=") zoom(1.6);
      else if (event.key === "-") zoom(1 / 1.6);
      else if (event.key === "0") one("whole").click();
      else if (event.key === "Escape") choose(who.value);
      else return;
      event.preventDefault();
    });
    let held = null;
    map.addEventListener("pointerdown", (event) => {
      held = { x: event.clientX, y: event.clientY, from: { ...view }, moved: false };
    });
    map.addEventListener("pointermove", (event) => {
      if (held && event.buttons) {
        const a = map.getScreenCTM().a;
        const dx = event.clientX - held.x, dy = event.clientY - held.y;
        if (!held.moved && Math.hypot(dx, dy) < 5) return;
        if (!held.moved) map.setPointerCapture(event.pointerId);
        held.moved = true;
        view = { x: held.from.x - dx / a, y: held.from.y - dy / a, scale: held.from.scale };
        draw();
        return;
      }
      const point = nearest(place(event));
      hit.toggleAttribute("hidden", !point);
      hit.style.display = point ? "" : "none";
      if (!point) return;
      hit.setAttribute("cx", point.x);
      hit.setAttribute("cy", point.y);
      one("where").textContent = [...point.row.cells].map((cell) => cell.textContent).filter(Boolean).join(" · ");
    });
    map.addEventListener("pointerup", (event) => {
      const moved = held && held.moved;
      held = null;
      if (moved) return;
      const point = nearest(place(event));
      const group = event.target.closest("g[data-m]");
      if (point) choose(point.member);
      else if (group) choose(group.dataset.m);
    });
    hit.style.display = "none";
    addEventListener("resize", fit);
    fit();
  }
  refresh();
  // Thousands of rows are laid out once, after the page answers: until then they are no part of what
  // is read aloud.
  setTimeout(() => body.closest(".late").classList.remove("late"), 1000);
  return { find, one, folded, fill, number, refresh, rows, members, searched, who, root };
})();
