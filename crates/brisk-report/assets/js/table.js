// Tables that can be sorted, filtered and paged: the accessible side of every picture.
//
// A column has a `title`, a `value` of a row to sort by (null comes last, in both directions), a `cell` of a row that is
// text or an element, and may be `numeric` or `minor` (left out on narrow screens).
const table = (() => {
  const PAGE = 50;

  const compare = (column, direction) => (a, b) => {
    const [x, y] = [column.value(a), column.value(b)];
    const [isX, isY] = [x !== null && !Number.isNaN(x), y !== null && !Number.isNaN(y)];
    if (!isX || !isY) return Number(isY) - Number(isX);
    const order = typeof x === "string" ? x.localeCompare(y) : x - y;
    return direction === "ascending" ? order : -order;
  };

  const classes = (column) => [column.numeric && "numeric", column.minor && "minor"].filter(Boolean).join(" ") || null;

  // Options: `caption`, `columns`, `rows`, `filter` (a row's text, if it can be filtered), `sort` ([column, direction]).
  const create = ({ caption, columns, rows, filter = null, sort = null, page = PAGE }) => {
    const state = { sort, query: "", from: 0 };
    const body = el("tbody");
    const status = el("p", { class: "table-status" });
    const pager = el("div", { class: "pager" });

    const chosen = () => {
      const query = state.query.trim().toLowerCase();
      const found = query ? rows.filter((row) => filter(row).toLowerCase().includes(query)) : [...rows];
      if (!state.sort) return found;
      return found.sort(compare(columns[state.sort[0]], state.sort[1]));
    };

    const head = columns.map((column, at) => {
      const button = el("button", { type: "button", onclick: () => sortBy(at) }, column.title);
      return el("th", { scope: "col", class: classes(column) }, button);
    });

    const sortBy = (at) => {
      const first = columns[at].numeric ? "descending" : "ascending";
      const other = first === "descending" ? "ascending" : "descending";
      state.sort = state.sort?.[0] === at && state.sort[1] === first ? [at, other] : [at, first];
      state.from = 0;
      draw();
      dom.announce(`Sorted by ${columns[at].title}, ${state.sort[1]}`);
    };

    const move = (by) => {
      state.from += by;
      draw();
    };

    const draw = () => {
      const found = chosen();
      const shown = found.slice(state.from, state.from + page);
      head.forEach((cell, at) => {
        if (state.sort?.[0] === at) cell.setAttribute("aria-sort", state.sort[1]);
        else cell.removeAttribute("aria-sort");
      });
      const line = (row) => columns.map((column) => el("td", { class: classes(column) }, column.cell(row)));
      dom.clear(body).append(...shown.map((row) => el("tr", {}, line(row))));
      const to = state.from + shown.length;
      const of = format.number(found.length);
      const part = `${format.number(state.from + 1)} to ${format.number(to)} of ${of}`;
      status.textContent = found.length > page ? part : filter ? `${of} in all` : "";
      const step = (words, by, isOn) =>
        el("button", { type: "button", disabled: !isOn, onclick: () => move(by) }, words);
      dom.clear(pager);
      if (found.length > page) {
        pager.append(step("Previous", -page, state.from > 0), step("Next", page, to < found.length));
      }
    };

    const search =
      filter &&
      el("input", {
        type: "search",
        "aria-label": `Filter: ${caption}`,
        placeholder: "Filter",
        oninput: (event) => {
          state.query = event.target.value;
          state.from = 0;
          draw();
        },
      });
    draw();
    const grid = el(
      "table",
      {},
      el("caption", { class: "visually-hidden" }, caption),
      el("thead", {}, el("tr", {}, head)),
      body,
    );
    return el(
      "div",
      { class: "table" },
      (filter || rows.length > page) && el("div", { class: "table-tools" }, search, status, pager),
      el("div", { class: "scroll-x", tabindex: "0", role: "region", "aria-label": caption }, grid),
    );
  };

  const seconds = (s) => (s === null || Number.isNaN(s) ? el("span", { class: "unknown" }, "–") : format.duration(s));
  const bytes = (n) => (n === null ? el("span", { class: "unknown" }, "–") : format.bytes(n));

  return { create, seconds, bytes };
})();
