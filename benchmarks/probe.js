/* Notes the frame of the last change to the page: DOM, map canvas and chart alike. */
(() => {
  const probe = { begun: 0, last: 0, fills: 0, changed: new Set() };
  window.__probe = probe;
  const note = () => requestAnimationFrame((frame) => { probe.last = Math.max(frame, performance.now()); });
  for (const name of ["fill", "stroke", "clearRect"]) {
    const draw = CanvasRenderingContext2D.prototype[name];
    CanvasRenderingContext2D.prototype[name] = function () {
      if (this.canvas.closest && this.canvas.closest(".leaflet-container")) {
        if (name === "fill") probe.fills += 1;
        note();
      }
      return draw.apply(this, arguments);
    };
  }
  const clock = (node) => {
    const element = node.nodeType === 1 ? node : node.parentElement;
    return element && element.closest("[data-clock]");
  };
  new MutationObserver((changes) => {
    if (changes.some((change) => !clock(change.target))) note();
  }).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });

  const text = (selector) => (document.querySelector(selector) || {}).innerText || "";
  const line = () => {
    const path = document.querySelector(".js-plotly-plot .scatterlayer .trace path.js-line");
    return (path && path.getAttribute("d")) || "";
  };
  probe.state = () => ({ tiles: text(".tiles"), league: text(".panel-league"), line: line() });
  /* Everything is there: figures, table, a drawn line, names of areas, and colour on the map. */
  const whole = () => {
    const canvas = document.querySelector(".leaflet-overlay-pane canvas");
    return (
      document.querySelectorAll(".tile .figure").length >= 5 &&
      document.querySelectorAll(".league tbody tr").length > 3 &&
      document.querySelectorAll(".panel-top .bar").length > 3 &&
      line().length > 20 && canvas && canvas.width > 100 && probe.fills > 0 &&
      document.querySelectorAll(".area-label").length > 3
    );
  };
  const many = (selector, least) => document.querySelectorAll(selector).length >= least;
  const wholes = {
    overview: whole,
    kpi: () => many(".card [data-metric]", 20) && many(".card .spark", 20),
    league: () => many(".ranking tbody [data-metric]", 20) && many(".ranking .spark", 10),
  };
  const quiet = 300;
  const until = (ready) =>
    new Promise((done, fail) => {
      const started = performance.now();
      const look = () => {
        const now = performance.now();
        if (probe.last && now - probe.last > quiet && ready()) return done(probe.last);
        if (now - started > 60000) return fail(new Error("not complete: " + JSON.stringify(
          { fills: probe.fills, line: line().length })));
        setTimeout(look, 20);
      };
      look();
    });
  probe.loaded = (page) => until(wholes[page || "overview"]);
  /* A click until tiles, league table, line and map are other than they were. */
  probe.followed = async (selector) => {
    const link = document.querySelector(selector);
    const before = probe.state();
    probe.fills = 0;
    const begun = performance.now();
    link.click();
    const last = await until(() => {
      const now = probe.state();
      return whole() && Object.keys(before).every((name) => now[name] !== before[name]);
    });
    return last - begun;
  };
})();
