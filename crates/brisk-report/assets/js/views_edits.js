// What an edit of each member has built again, and how often that is paid.
views.edits = (() => {
  const basis = (member) => (member.cpu_s === null ? "unit time" : "CPU time");
  const once = (member) => member.cpu_s ?? member.unit_s;
  const total = (member) => (once(member) === null || member.commits === null ? null : once(member) * member.commits);

  const scatter = (members) => {
    const [WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM] = [900, 340, 76, 16, 150, 44];
    const mostX = Math.max(...members.map((member) => member.commits), 1);
    const marks = timeAxis.amounts(Math.max(...members.map(once), 0.01));
    const mostY = marks[marks.length - 1];
    const ticks = [...new Set([0, 0.25, 0.5, 0.75, 1].map((share) => Math.round(share * mostX)))];
    const x = (commits) => LEFT + (commits / mostX) * (WIDTH - LEFT - RIGHT);
    const y = (s) => HEIGHT - BOTTOM - (s / mostY) * (HEIGHT - TOP - BOTTOM);
    const largest = Math.max(...members.map(total), 1e-9);
    const named = [...members].sort((a, b) => total(b) - total(a)).slice(0, 10);
    return el(
      "div",
      { class: "scroll-x", tabindex: "0", role: "region", "aria-label": "Picture of edit costs" },
      svg(
        "svg",
        {
          class: "chart",
          viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
          role: "img",
          "aria-label": "Members by commits and by seconds for an edit: the table below says the same",
        },
        marks.map((s) => [
          svg("line", { class: "axis-line", x1: LEFT, x2: WIDTH - RIGHT, y1: y(s), y2: y(s) }),
          svg("text", { class: "axis-text", x: LEFT - 8, y: y(s) + 4, "text-anchor": "end" }, format.duration(s)),
        ]),
        ticks.map((n) =>
          svg("text", { class: "axis-text", x: x(n), y: HEIGHT - 24, "text-anchor": "middle" }, format.number(n)),
        ),
        svg(
          "text",
          { class: "axis-text", x: (LEFT + WIDTH - RIGHT) / 2, y: HEIGHT - 6, "text-anchor": "middle" },
          "commits",
        ),
        members.map((member) =>
          svg(
            "circle",
            {
              class: "dot dot-2",
              cx: x(member.commits),
              cy: y(once(member)),
              r: 4 + 12 * Math.sqrt(total(member) / largest),
            },
            svg(
              "title",
              {},
              `${text(member.name)}: ${format.count(member.commits, "commit")}, ${format.duration(once(member))} each`,
            ),
          ),
        ),
        named.map((member) =>
          svg(
            "text",
            { class: "dot-name", x: x(member.commits) + 20, y: y(once(member)) + 4 },
            ganttPaint.fittedInVectors(text(member.name), 130),
          ),
        ),
      ),
    );
  };

  const asTable = (members) => {
    const most = Math.max(...members.map((member) => once(member) ?? 0), 1e-9);
    const columns = [
      { title: "Member", value: (member) => text(member.name), cell: (member) => name(text(member.name)) },
      {
        title: "Commits",
        numeric: true,
        value: (member) => member.commits,
        cell: (member) => (member.commits === null ? "–" : format.number(member.commits)),
      },
      { title: "An edit costs", numeric: true, value: once, cell: (member) => table.seconds(once(member)) },
      {
        title: "Share",
        minor: true,
        value: once,
        cell: (member) =>
          el(
            "span",
            { class: "bar", "aria-hidden": "true" },
            el("span", { class: "bar-fill", style: { width: `${((once(member) ?? 0) / most) * 100}%` } }),
          ),
      },
      {
        title: "At least, wall",
        numeric: true,
        value: (member) => member.bound_s,
        cell: (member) => table.seconds(member.bound_s),
      },
      {
        title: "Units",
        numeric: true,
        minor: true,
        value: (member) => member.n_units,
        cell: (member) => format.number(member.n_units),
      },
      {
        title: "Packages",
        numeric: true,
        minor: true,
        value: (member) => member.n_packages,
        cell: (member) => format.number(member.n_packages),
      },
      { title: "All commits", numeric: true, value: total, cell: (member) => table.seconds(total(member)) },
    ];
    return table.create({
      caption: "Cost of edits by member",
      columns,
      rows: members,
      filter: (member) => text(member.name),
      sort: [7, "descending"],
    });
  };

  return () => {
    const { edits } = data;
    if (!edits) {
      return dom.missing(
        "What an edit has built again is not known: the source of this build does not tell members or who depends on them.",
        record(),
      );
    }
    const { members } = edits;
    const drawn = members.filter((member) => member.commits !== null && once(member) !== null);
    const isRebuild = members.some((member) => member.is_of_rebuild);
    const untimed = members.filter((member) => member.n_untimed > 0).length;
    return [
      el(
        "p",
        {},
        `An edit of a member has its library and all that depends on it built again, here in ${basis(members[0])}`,
        edits.days === null
          ? "."
          : `; commits are those of the last ${format.number(edits.days)} days that changed its sources.`,
      ),
      edits.why_unknown && dom.missing("How often each member is edited is not known: ", name(text(edits.why_unknown)), "."),
      drawn.length > 1 && scatter(drawn),
      asTable(members),
      !isRebuild &&
        el(
          "p",
          { class: "note" },
          "Times are those of the last build of each unit: a rebuild that reuses what did not change takes less.",
        ),
      untimed > 0 &&
        el(
          "p",
          { class: "note" },
          `${format.count(untimed, "member")} with units that have no time: these edits cost more.`,
        ),
    ];
  };
})();
