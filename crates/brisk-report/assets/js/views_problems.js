// What could not be read, and how the numbers came about.
views.problems = (() => {
  const SOURCE = {
    fingerprints:
      "Cargo's fingerprints and the times of the files in the target directory: nothing was run. CPU time, memory, linkers and reasons of rebuilds are not known from them.",
    capture:
      "A recording: the user's own Cargo command ran under Brisk, which read a clock at every start and end and asked the system what each process used.",
    "timings-html":
      "A report of cargo build --timings: times are rounded to 10 ms, and not all dependencies are in it.",
    "build-analysis": "Cargo's own build log.",
  };
  const CONFIDENCE = {
    exact: "a clock was read when it happened",
    "file-times": "times of files: off by one tick of the kernel clock, about 4 ms",
    rounded: "rounded to 10 ms",
    doubtful: "times of files that contradict each other: not counted anywhere",
  };

  const list = (problems) =>
    el(
      "ul",
      { class: "problems" },
      problems.map((problem) =>
        el(
          "li",
          {},
          el("strong", {}, name(text(problem.what))),
          text(problem.why) && el("p", { class: "note" }, "Why: ", name(text(problem.why))),
          text(problem.effect) && el("p", { class: "note" }, "Effect: ", name(text(problem.effect))),
        ),
      ),
    );

  const listed = () => {
    const notes = data.problems.filter((problem) => problem.is_note);
    const warnings = data.problems.filter((problem) => !problem.is_note);
    const more = el(
      "details",
      { class: "alternative" },
      el("summary", {}, format.count(notes.length, "note")),
      list(notes),
    );
    return [warnings.length > 0 ? list(warnings) : el("p", {}, "Nothing of weight."), notes.length > 0 && more];
  };

  const machine = () => {
    const { machine: of, jobs, is_jobs_assumed: isAssumed } = data.build;
    const known = [
      ["Processor", of.cpu_model],
      ["Processors", of.cores === null ? null : format.number(of.cores)],
      ["Memory", of.memory_bytes === null ? null : format.bytes(of.memory_bytes)],
      ["Jobs", jobs === null ? null : `${format.number(jobs)}${isAssumed ? " (assumed from this machine)" : ""}`],
      [
        "Other programs",
        data.build.foreign_cpu === null ? null : `${format.percent(data.build.foreign_cpu)} of the machine`,
      ],
      ["Host", of.host],
      ["Compiler", of.rustc],
      ["Cargo", of.cargo],
    ];
    return el(
      "dl",
      { class: "facts" },
      known.map(([term, value]) => [
        el("dt", {}, term),
        el(
          "dd",
          {},
          value === null || value === undefined ? el("span", { class: "unknown" }, "not measured") : name(value),
        ),
      ]),
    );
  };

  const confidences = () => {
    const counts = new Map();
    for (let unit = 0; unit < units.n; unit += 1) {
      const word = units.confidence(unit);
      if (word !== null) counts.set(word, (counts.get(word) ?? 0) + 1);
    }
    return [...counts].map(([word, n]) =>
      el("li", {}, `${format.count(n, "unit")}: ${word}, ${CONFIDENCE[word] ?? ""}`),
    );
  };

  const sessions = () => {
    const { sessions: all } = data.build;
    return (
      all.length > 1 &&
      el(
        "p",
        {},
        `The times are of ${format.count(all.length, "command")}; the time line and the wall time are of the first one: `,
        format.list(
          all.slice(0, 6).map((each) => `${format.count(each.n_units, "unit")} in ${format.duration(each.wall_s)}`),
        ),
        ".",
      )
    );
  };

  const basis = () =>
    el(
      "dl",
      { class: "facts" },
      [
        ["measured", "timed on this machine"],
        ["simulated", "Cargo's job queue, played out with the recorded costs of the units"],
        ["replayed", "rustc was run again for a sample of the units, with and without the change"],
        ["estimated", "worked out from another measurement"],
        ["counted", "counted, not timed"],
      ].map(([term, words_]) => [el("dt", {}, term), el("dd", {}, words_)]),
    );

  return () => [
    el("h3", {}, "What could not be read or decided"),
    listed(),
    el("h3", {}, "How this was measured"),
    el("p", {}, SOURCE[data.build.source] ?? data.build.source),
    el("ul", {}, confidences()),
    sessions(),
    el("h3", {}, "The machine"),
    machine(),
    el("h3", {}, "What the words beside numbers mean"),
    basis(),
    el(
      "p",
      { class: "note" },
      "A range is one that nine of ten measurements should lie in. What was not measured is said to be so; it is never shown as zero.",
    ),
    el(
      "p",
      { class: "note" },
      `Written by cargo brisk ${data.brisk}`,
      data.run === null ? "" : [" from run ", code(data.run)],
      ".",
    ),
  ];
})();
