
(({ find, one, folded, fill, number, refresh, rows, members, searched, who, root }) => {
  const told = one("trial").dataset;
  const prices = one("prices") ? JSON.parse(one("prices").textContent) : null;
  const original = new Map(rows.map((row, place) => [row, { place, members: members.get(row) }]));
  const listed = one("households").dataset;
  const given = new Map(); // row → { to: number of a member, "" for open, kept }
  const gone = new Set();
  const home = one("home"), to = one("to"), leaver = one("leaver");
  const names = new Map([...who.options].filter((o) => o.value).map((o) => [o.value, o.textContent]));
  const ids = new Map([...who.options].filter((o) => o.value)
    .map((o) => [o.value, o.dataset.id ?? o.textContent.slice(o.value.length + 2)]));
  const bars = new Map(find("#loads tbody tr").map((row) => [row.dataset.m, row]));

  const identity = (row) => row.cells[0].textContent;
  const named = (row) => "named" in listed ? `${row.cells[1].textContent} (${identity(row)})` : identity(row);
  const people = (numbers) => numbers.filter(Boolean).map((n) => names.get(n)).join(", ") || told.none;
  const figure = (value) => {
    const size = Math.abs(value); // few decimals, as in the sentences of the page
    const shown = size === Math.round(size) ? size : size >= 100 ? Math.round(size) : Number(size.toPrecision(3));
    const [whole, part] = String(shown).split(".");
    return (value < 0 ? "-" : value > 0 ? "+" : "") + number(whole) + (part ? root.dataset.point + part : "");
  };
  const element = (name, text, inside) => {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    if (inside) made.append(...inside);
    return made;
  };
  const action = (text, label, run) => {
    const made = element("button", text);
    made.type = "button";
    made.setAttribute("aria-label", label);
    made.addEventListener("click", run);
    return made;
  };

  // --- prices
  const offer = (row, member) => prices && prices.rows[original.get(row).place]
    .find((entry) => entry[0] === Number(member));
  function priced([place, by, borne]) {
    const [name, unit] = prices.lines[place];
    const amount = figure(by) + (unit ? `\u00a0${unit}` : "");
    return `${name} ${borne ? fill(told.borne, { by: amount }) : amount}`;
  }
  const sentence = (entries) => entries.map(priced).join("; ") || told.nothing;

  // What is known of all that was tried: of one change every line, of several those that add up.
  function total() {
    const moves = [...given].filter(([row, { to, kept }]) => !kept && to !== original.get(row).members[0]);
    if (!moves.length && !gone.size) return "";
    const found = moves.map(([row, { to }]) => offer(row, to));
    if (!prices || !found.length || found.includes(undefined)) return fill(told.also, { lines: told.all });
    const sums = new Map();
    for (const [, entries] of found) for (const [place, by, borne] of entries) {
      const [before, once] = sums.get(place) ?? [0, 0];
      sums.set(place, [before + by, Math.max(once, borne)]);
    }
    const known = found.length === 1 ? prices.count : prices.count.filter((place) => prices.lines[place][2]);
    const open = prices.count.filter((place) => !known.includes(place));
    const lines = [...sums].filter(([place, [by, borne]]) => (found.length === 1 || known.includes(place)) && (by || borne))
      .sort((a, b) => a[0] - b[0]).map(([place, [by, borne]]) => [place, by, borne && !by ? 1 : borne]);
    const missing = open.map((place) => prices.lines[place][0]).join("; ");
    return [fill(told.exact, { lines: sentence(lines) }), missing ? fill(told.also, { lines: missing }) : ""].join(" ").trim();
  }

  // --- choosing a household
  function chosen() {
    const asked = home.value.trim(), plain = folded(asked);
    if (!asked) return null;
    return rows.find((row) => identity(row) === asked)
      ?? rows.find((row) => [0, 1].some((at) => (!at || "named" in listed) && folded(row.cells[at].textContent) === plain)) ?? null;
  }
  function explain() {
    const row = chosen(), table = one("offers");
    table.replaceChildren();
    if (!row) {
      one("why").textContent = home.value.trim() ? told.unknown : "";
      return;
    }
    const has = fill(told.has, { household: named(row), members: people(members.get(row)) });
    const fixed = "f" in row.dataset;
    one("why").textContent = `${has} ${fixed ? told.fixed : prices ? told.priced : told.unpriced}`;
    if (fixed || !prices) return;
    const heads = told.heads.split("|");
    table.append(element("thead", "", [element("tr", "", [heads[3], heads[2], ""].map((head) => element("th", head)))]));
    table.append(element("tbody", "", prices.rows[original.get(row).place].map(([member, entries]) => {
      const name = names.get(String(member));
      const button = action(told.give, fill(told.given, { member: name }), () => give(row, String(member)));
      return element("tr", "", [element("td", name), element("td", sentence(entries)), element("td", "", [button])]);
    })));
  }

  // --- what is tried
  function place(row, member) {
    members.set(row, member ? [member] : [""]);
    searched.delete(row);
    const at = row.cells[listed.who];
    at.dataset.was ??= at.textContent;
    const changed = member !== original.get(row).members[0];
    row.classList.toggle("tried", changed);
    at.textContent = changed ? `→ ${member ? names.get(member) : told.opened}` : at.dataset.was;
  }
  function give(row, member, kept = false) {
    if ("f" in row.dataset) return;
    if (member === original.get(row).members[0] && !kept) given.delete(row);
    else given.set(row, { to: member, kept });
    place(row, member);
    show();
  }
  function back(row) {
    given.delete(row);
    place(row, original.get(row).members[0]);
    show();
  }
  function show() {
    const table = one("tried"), heads = told.heads.split("|");
    const lines = [...given].map(([row, { to, kept }]) => {
      const was = original.get(row).members, entry = offer(row, to);
      const price = kept ? told.kept : entry ? sentence(entry[1]) : fill(told.notyet, { lines: told.all });
      const now = kept ? people(was) : `${people(was)} → ${to ? names.get(to) : told.opened}`;
      return [named(row), now, price, () => back(row)];
    });
    lines.push(...[...gone].map((member) => [fill(told.gone, { member: names.get(member) }), "", "", () => {
      gone.delete(member);
      for (const [row, { members: was }] of original) if (was[0] === member && given.get(row)?.to === "") back(row);
      show();
    }]));
    table.replaceChildren();
    if (lines.length) {
      table.append(element("thead", "", [element("tr", "", [...heads.slice(0, 3), ""].map((head) => element("th", head)))]));
      table.append(element("tbody", "", lines.map(([what, now, price, undo]) => element("tr", "", [
        element("td", what), element("td", now), element("td", price),
        element("td", "", [action(told.undo, fill(told.undone, { household: what }), undo)]),
      ]))));
    }
    one("price").textContent = total();
    loads();
    one("saving").hidden = !lines.length;
    refresh();
    explain();
  }
  function loads() {
    const counts = new Map();
    for (const [row, { members: was }] of original) {
      const now = members.get(row);
      if (was[0] === now[0]) continue;
      if (was[0]) counts.set(was[0], (counts.get(was[0]) ?? 0) - 1);
      if (now[0]) counts.set(now[0], (counts.get(now[0]) ?? 0) + 1);
    }
    const before = new Map();
    for (const { members: was } of original.values()) for (const member of was) before.set(member, (before.get(member) ?? 0) + 1);
    one("after").replaceChildren(...[...counts].filter(([, by]) => by).map(([member, by]) => {
      const [least, most, besides] = (bars.get(member)?.dataset.l ?? "  0").split(" ");
      const had = (before.get(member) ?? 0) + Number(besides), has = had + by;
      const parts = [fill(told.load, { member: names.get(member), before: number(had), after: number(has) })];
      const limits = [...(bars.get(member)?.cells[1].querySelectorAll("small") ?? [])].pop()?.textContent;
      if (limits) parts.push(fill(told.bounds, { limits }));
      if (most && has > Number(most)) parts.push(fill(told.many, { by: number(has - Number(most)) }));
      if (least && has < Number(least) && !gone.has(member)) parts.push(fill(told.few, { by: number(Number(least) - has) }));
      return element("li", parts.join(" "));
    }));
  }
  function leave(member) {
    if (!member) return;
    gone.add(member);
    for (const [row, { members: was }] of original)
      if (was.length === 1 && was[0] === member && !given.has(row) && !("f" in row.dataset)) {
        given.set(row, { to: "", kept: false });
        place(row, "");
      }
    show();
  }

  // --- saving: a spreadsheet takes nothing in it for a formula
  const guarded = (text) => text.replace(/^(?='*[=+\-@\t\r\n＝＋－＠])|(?<=[\s,;|:"])(?='*[=+\-@＝＋－＠])/g, "'");
  const quoted = (text) => /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
  function written() {
    const lines = [["household", "member", "away"]];
    const all = one("rest").value === "stay";
    for (const row of original.keys()) {
      const now = members.get(row).filter(Boolean);
      if (all || given.has(row)) for (const member of now) lines.push([identity(row), ids.get(member), ""]);
    }
    for (const member of gone) lines.push(["", ids.get(member), "yes"]);
    return lines.map((line) => line.map((text) => quoted(guarded(text))).join(",")).join("\r\n") + "\r\n";
  }
  one("save").addEventListener("click", () => {
    const link = element("a");
    link.href = URL.createObjectURL(new Blob(["\ufeff", written()], { type: "text/csv" }));
    link.download = "tried.csv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  });

  // --- controls
  for (const select of [to, leaver]) select.append(...[...names].map(([value, name]) => new Option(name, value)));
  home.addEventListener("focus", () => {
    const list = one("homes");
    if (!list.options.length) list.append(...rows.map((row) => new Option("named" in listed ? row.cells[1].textContent : "", identity(row))));
  });
  home.addEventListener("input", explain);
  const with_row = (run) => () => {
    const row = chosen();
    if (row) run(row);
  };
  one("give").addEventListener("click", with_row((row) => give(row, to.value)));
  one("lock").addEventListener("click", with_row((row) => give(row, original.get(row).members[0], true)));
  one("open").addEventListener("click", with_row((row) => give(row, "")));
  one("away").addEventListener("click", () => leave(leaver.value));
  for (const form of find("#trial form")) form.addEventListener("submit", (event) => event.preventDefault());
  one("households").tBodies[0].addEventListener("click", (event) => {
    const row = event.target.closest("tr");
    if (!row) return;
    home.value = identity(row);
    explain();
  });
})(plan);
