// Everything that was found, with price, evidence, place and command.
views.findings = (() => {
  const STEP = 20;
  const kinds = new Map(data.kinds.map((kind) => [text(kind.id), kind]));

  const price = (finding) => {
    const gains = words
      .gains(finding)
      .map((part) => el("li", {}, el("strong", {}, `saves ${part.value}`), ` ${part.of} `, words.basis(part.basis)));
    const costs = words.costs(finding).map((part) => el("li", {}, `costs ${part.value} `, part.of));
    const all = [...gains, ...costs];
    return all.length
      ? el("ul", { class: "prices" }, all)
      : el("p", { class: "note" }, "What it costs was not measured.");
  };

  const listed = (title, items) =>
    items.length > 0 && [
      el("h3", {}, title),
      el(
        "ul",
        {},
        items.map((item) => el("li", {}, name(item))),
      ),
    ];

  const related = (finding) => {
    const others = finding.overlaps.map((key) => findings.find((other) => other.key === key));
    const known = others.filter(Boolean);
    return (
      known.length > 0 && [
        el("h3", {}, "Counts some of the same units as"),
        el(
          "ul",
          {},
          known.map((other) => el("li", {}, el("a", { href: `#finding-${other.at}` }, name(other.title)))),
        ),
      ]
    );
  };

  const body = (finding) => {
    const kind = kinds.get(finding.id);
    return [
      finding.command && dom.command(finding.command),
      el(
        "div",
        { class: "columns" },
        el(
          "div",
          {},
          el("h3", {}, "Price"),
          price(finding),
          kind && [
            el("h3", {}, "Why it costs"),
            el("p", {}, text(kind.why)),
            el("h3", {}, "What to do"),
            el("p", {}, text(kind.cure)),
          ],
        ),
        el(
          "div",
          {},
          listed("Evidence", finding.evidence),
          listed("Where", finding.places),
          related(finding),
          listed("When it does not apply", finding.caveats),
        ),
      ),
      finding.is_fixable &&
        el(
          "p",
          { class: "note" },
          "Brisk can make this change: ",
          code(`cargo brisk fix ${finding.id}`),
          " tries it in a copy, and keeps it only if it pays.",
        ),
    ];
  };

  const item = (finding) => {
    const node = el(
      "details",
      { class: "finding", id: `finding-${finding.at}`, tabindex: "-1" },
      el(
        "summary",
        {},
        words.severity(finding.severity),
        el("span", { class: "finding-title" }, name(finding.title)),
        el("span", { class: "finding-price" }, words.headline(finding)),
        el(
          "span",
          { class: "finding-meta note" },
          `${words.EFFORT[finding.effort]} · ${words.RISK[finding.risk]} risk · `,
          name(finding.id),
        ),
      ),
      el("div", { class: "finding-body" }),
    );
    // What is inside is only made once somebody looks.
    const fill = () => {
      const inside = node.querySelector(".finding-body");
      if (node.open && !inside.firstChild) inside.append(...el("div", {}, body(finding)).childNodes);
    };
    node.addEventListener("toggle", fill);
    node.addEventListener("brisk-fill", fill);
    return el("li", {}, node);
  };

  const SORTS = {
    rank: ["gain, else cost", () => 0],
    wall: ["wall time saved", (a, b) => (words.wallSaved(b) ?? -1) - (words.wallSaved(a) ?? -1)],
    cost: ["cost now", (a, b) => (words.costSeconds(b) ?? -1) - (words.costSeconds(a) ?? -1)],
    effort: ["least effort", (a, b) => a.effort - b.effort],
  };

  const searchable = (finding) =>
    [finding.title, finding.key, finding.id, ...finding.evidence, ...finding.places].join("\n").toLowerCase();

  const suppressed = () =>
    data.suppressed.length > 0 &&
    el(
      "details",
      { class: "alternative" },
      el("summary", {}, `${format.count(data.suppressed.length, "finding")} accepted by brisk.toml`),
      el(
        "ul",
        {},
        data.suppressed.map((each) =>
          el(
            "li",
            {},
            name(text(each.title)),
            ": ",
            name(text(each.reason)),
            each.expires ? ` (until ${each.expires})` : "",
          ),
        ),
      ),
    );

  let reveal = () => {};

  const render = () => {
    if (findings.length === 0) {
      return [
        units.n === 0
          ? dom.missing("Most findings need a build to look at.", record())
          : dom.missing("Nothing was found that makes this build slow."),
        suppressed(),
      ];
    }
    const chosen = { query: "", id: "", severity: "", sort: "rank", shown: STEP };
    const list = el("ol", { class: "findings" });
    const status = el("p", { class: "table-status", role: "status" });
    const more = el(
      "button",
      {
        type: "button",
        onclick: () => {
          chosen.shown += STEP * 5;
          draw();
        },
      },
      "Show more",
    );
    const matches = (finding) =>
      (chosen.id === "" || finding.id === chosen.id) &&
      (chosen.severity === "" || String(finding.severity) === chosen.severity) &&
      (chosen.query === "" || searchable(finding).includes(chosen.query));
    const draw = () => {
      const found = findings.filter(matches).sort(SORTS[chosen.sort][1]);
      const shown = found.slice(0, chosen.shown);
      dom.clear(list).append(...shown.map(item));
      const of = format.count(findings.length, "finding");
      status.textContent = shown.length < findings.length ? `${format.number(shown.length)} of ${of}` : of;
      more.hidden = shown.length === found.length;
    };
    const change = (key, value) => {
      chosen[key] = value;
      chosen.shown = STEP;
      draw();
    };
    const select = (label, key, options) =>
      el(
        "label",
        { class: "field" },
        `${label} `,
        el(
          "select",
          { onchange: (event) => change(key, event.target.value) },
          options.map(([value, words_]) => el("option", { value }, words_)),
        ),
      );
    const ids = [...new Set(findings.map((finding) => finding.id))].sort();
    const count = (id) => findings.filter((finding) => finding.id === id).length;
    const tools = el(
      "div",
      { class: "tools" },
      el("input", {
        type: "search",
        "aria-label": "Filter findings",
        placeholder: "Filter findings",
        oninput: (event) => change("query", event.target.value.trim().toLowerCase()),
      }),
      select("Kind", "id", [["", "all kinds"], ...ids.map((id) => [id, `${id} (${count(id)})`])]),
      select("Severity", "severity", [
        ["", "any"],
        ...[2, 1, 0].map((level) => [String(level), words.SEVERITY[level]]),
      ]),
      select(
        "Sort by",
        "sort",
        Object.entries(SORTS).map(([value, [words_]]) => [value, words_]),
      ),
    );
    draw();
    reveal = (at) => {
      Object.assign(chosen, { query: "", id: "", severity: "", shown: findings.length });
      tools.querySelectorAll("input, select").forEach((field) => {
        field.value = field.type === "search" ? "" : field.options[0].value;
      });
      chosen.sort = "rank";
      draw();
      const node = document.getElementById(`finding-${at}`);
      node.open = true;
      node.scrollIntoView({ block: "start" });
      node.querySelector("summary").focus({ preventScroll: true });
    };
    return [tools, status, list, more, suppressed()];
  };

  // Links to single findings open them, also where a filter hides them.
  const follow = () => {
    const at = /^#finding-(\d+)$/.exec(location.hash)?.[1];
    if (at !== undefined && Number(at) < findings.length) reveal(Number(at));
  };
  window.addEventListener("hashchange", follow);
  return Object.assign(render, { follow });
})();
