// Puts the views into their sections, the head above them, and what belongs to the page as a whole.
const page = (() => {
  const fill = (id, nodes) => {
    const section = document.getElementById(id);
    const body = section.querySelector(".view");
    dom
      .clear(body)
      .append(...[nodes].flat(Infinity).filter((node) => node !== null && node !== undefined && node !== false));
  };

  // A view that fails must not take the others with it.
  const draw = (id) => {
    try {
      fill(id, views[id]());
    } catch (error) {
      console.error(error);
      fill(id, dom.missing(`This view could not be drawn: ${error.message}. That is an error of Brisk.`));
    }
  };

  const head = () => {
    const { build, now } = data;
    const when = build.started_at === null ? null : format.moment(build.started_at, now);
    const parts = [
      build.command && code(build.command),
      build.profile && [name(build.profile), " profile"],
      when && el("time", { title: format.calendar(build.started_at) }, when),
      data.workspace.members !== null && format.count(data.workspace.members, "member"),
      format.count(data.workspace.packages, "package"),
    ].filter(Boolean);
    document.getElementById("about").append(...parts.map((part) => el("li", {}, part)));
  };

  const themeButton = () => {
    const button = document.getElementById("theme");
    const tell = () => {
      button.setAttribute("aria-pressed", String(briskTheme.current() === "dark"));
    };
    button.hidden = false;
    button.addEventListener("click", briskTheme.toggle);
    briskTheme.onChange(tell);
    tell();
  };

  // Marks in the navigation which view is being read.
  const follow = () => {
    const links = new Map([...document.querySelectorAll("nav a")].map((link) => [link.hash.slice(1), link]));
    const sections = [...links.keys()].map((id) => document.getElementById(id));
    let current = null;
    const update = () => {
      const line = window.innerHeight * 0.3;
      const passed = sections.filter((section) => section.getBoundingClientRect().top <= line);
      const isEnd = window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - 2;
      const at = (isEnd ? sections[sections.length - 1] : (passed[passed.length - 1] ?? sections[0])).id;
      if (at === current) return;
      links.get(current)?.removeAttribute("aria-current");
      current = at;
      const link = links.get(at);
      link.setAttribute("aria-current", "true");
      // Only the bar itself may move, not the page.
      const bar = link.closest("ul");
      if (bar.scrollWidth > bar.clientWidth)
        bar.scrollLeft = link.offsetLeft - bar.clientWidth / 2 + link.offsetWidth / 2;
    };
    addEventListener("scroll", update, { passive: true });
    addEventListener("resize", update);
    update();
  };

  // The views that are seen first at once, the others one by one, so that the page answers meanwhile.
  const waiting = Object.keys(views);
  const drawNext = () => draw(waiting.shift());
  const drawAll = () => {
    while (waiting.length) drawNext();
  };
  const drawRest = (then) => {
    if (waiting.length === 0) return then();
    drawNext();
    return setTimeout(() => drawRest(then), 0);
  };

  // Views above the one that is asked for have grown since.
  const arrive = () => {
    document.documentElement.dataset.ready = "true";
    const asked = document.getElementById(location.hash.slice(1));
    if (asked?.tagName === "SECTION") asked.scrollIntoView({ behavior: "instant" });
    views.findings.follow();
  };

  // On paper everything is open, and light.
  const print = () => {
    let opened = [];
    addEventListener("beforeprint", () => {
      drawAll();
      briskTheme.printing(true);
      opened = [...document.querySelectorAll("details:not([open])")];
      for (const details of opened) {
        details.open = true;
        details.dispatchEvent(new Event("brisk-fill"));
      }
    });
    addEventListener("afterprint", () => {
      for (const details of opened) details.open = false;
      briskTheme.printing(false);
    });
  };

  const start = () => {
    head();
    themeButton();
    print();
    drawNext();
    drawNext();
    follow();
    drawRest(arrive);
  };
  return { start };
})();
page.start();
window.brisk = { format, data, units, causes };
