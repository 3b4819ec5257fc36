// When work on a finding is paid back, by assumptions that the reader can change.
views.payback = (() => {
  const DEFAULTS = { minutes: [15, 120, 960], builds: 10 };
  const MAXIMUM = 1e6;

  // Days of work last, and builds until paid back.
  const days = (finding, assumed) => {
    const saved = words.wallSaved(finding);
    if (!(saved > 0) || !(assumed.builds > 0)) return null;
    return (assumed.minutes[finding.effort] * 60) / (saved * assumed.builds);
  };

  const inWords = (n) => {
    if (n < 1) return "within a day";
    const whole = Math.ceil(n);
    return whole > 3650 ? "more than ten years" : format.count(whole, "day");
  };

  return () => {
    const rows = findings.filter((finding) => words.wallSaved(finding) > 0);
    if (rows.length === 0) {
      return dom.missing("No finding has a prediction of the wall time that it would save.", record());
    }
    const perDay = data.trend?.builds_per_day ?? null;
    const assumed = {
      minutes: [...DEFAULTS.minutes],
      builds: perDay ? Math.round(perDay.builds * 10) / 10 : DEFAULTS.builds,
    };
    const shown = el("div");
    const sum = el("p", { class: "note", role: "status" });
    const draw = () => {
      const columns = [
        {
          title: "Finding",
          value: (finding) => finding.title,
          cell: (finding) => el("a", { href: `#finding-${finding.at}` }, name(finding.title)),
        },
        {
          title: "Work",
          numeric: true,
          value: (finding) => assumed.minutes[finding.effort],
          cell: (finding) => format.duration(assumed.minutes[finding.effort] * 60),
        },
        {
          title: "Saved in a build",
          numeric: true,
          value: words.wallSaved,
          cell: (finding) => words.range(finding.gain.wall_s),
        },
        {
          title: "Saved in a day",
          numeric: true,
          minor: true,
          value: words.wallSaved,
          cell: (finding) => format.duration(words.wallSaved(finding) * assumed.builds),
        },
        {
          title: "Paid back",
          numeric: true,
          value: (finding) => days(finding, assumed) ?? null,
          cell: (finding) => {
            const n = days(finding, assumed);
            return n === null ? "never" : inWords(n);
          },
        },
      ];
      dom.clear(shown).append(
        table.create({
          caption: "When work on findings is paid back",
          columns,
          rows,
          sort: [4, "ascending"],
          page: 20,
        }),
      );
      const soon = rows.filter((finding) => {
        const n = days(finding, assumed);
        return n !== null && n <= 30;
      }).length;
      sum.textContent = `${format.number(soon)} of ${format.count(rows.length, "finding")} paid back within 30 days.`;
    };
    const field = (label, value, set) =>
      el(
        "label",
        { class: "field" },
        `${label} `,
        el("input", {
          type: "number",
          min: "0",
          max: String(MAXIMUM),
          step: "any",
          value: String(value),
          inputmode: "decimal",
          oninput: (event) => {
            const typed = Number(event.target.value);
            const isGood = event.target.value !== "" && Number.isFinite(typed) && typed >= 0 && typed <= MAXIMUM;
            event.target.setAttribute("aria-invalid", String(!isGood));
            if (isGood) {
              set(typed);
              draw();
            }
          },
        }),
      );
    draw();
    return [
      el(
        "fieldset",
        { class: "assumed" },
        el("legend", {}, "Assumed"),
        words.EFFORT.map((word, effort) =>
          field(`Minutes for ${word} work`, assumed.minutes[effort], (minutes) => {
            assumed.minutes[effort] = minutes;
          }),
        ),
        field("Builds a day", assumed.builds, (builds) => {
          assumed.builds = builds;
        }),
        el(
          "p",
          { class: "note" },
          perDay
            ? `Builds a day are those on record: ${format.count(perDay.n, "build")} on ${format.ratio(perDay.days)} days.`
            : "How often you build is not on record: ten builds a day are a guess.",
        ),
      ),
      sum,
      shown,
      el(
        "p",
        { class: "note" },
        "The middle of each predicted range counts. What several findings save of the same units is counted in each of them.",
      ),
    ];
  };
})();
