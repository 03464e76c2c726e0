/* The little that must run in the browser: map styles, the push, and enhancing what HTML offers. */
(function () {
  "use strict";

  const root = document.documentElement;
  const page = root.dataset.page || "overview";
  const token = (name) => getComputedStyle(root).getPropertyValue(name).trim();
  const rem = () => parseFloat(getComputedStyle(root).fontSize);
  const escaped = (text) => {
    const node = document.createElement("i");
    node.textContent = text;
    return node.innerHTML;
  };
  const set = (id, props) => window.dash_clientside && window.dash_clientside.set_props(id, props);

  /* Language and theme outlive the address that set them. */
  const asked = new URLSearchParams(location.search);
  for (const name of ["lang", "theme"]) {
    if (asked.has(name)) {
      document.cookie = `${name}=${encodeURIComponent(asked.get(name))};path=/;max-age=31536000;samesite=lax`;
    }
  }

  /* ---- map: colours come from the tokens, classes and labels from the server ---- */
  const nameOf = (feature, hideout) =>
    (hideout.english && feature.properties.name_en) || feature.properties.name;

  function areaStyle(feature, context) {
    yiping.hideout = context.hideout;
    const shown = context.hideout.shown[feature.properties.code];
    const none = !shown || shown[0] < 0;
    return {
      fillColor: none ? token("--ramp-none") : token("--ramp-" + shown[0]),
      fillOpacity: none ? 0.75 : 1,
      color: token("--border-fine"),
      weight: Math.max(0.6, rem() / 20),
      radius: rem() * (none ? 0.35 : 0.42 + shown[0] * 0.09),
    };
  }

  function hoverStyle() {
    return { weight: Math.max(2, rem() / 7), color: token("--data") };
  }

  function onArea(feature, layer, context) {
    beside.area(feature, layer, context);
    layer.bindTooltip(
      () => {
        const hideout = yiping.hideout || context.hideout;
        const shown = hideout.shown[feature.properties.code];
        const figure = shown ? shown[1] : hideout.none;
        const more = hideout.hint ? `<br><small>${escaped(hideout.hint)}</small>` : "";
        return `<b>${escaped(nameOf(feature, hideout))}</b><br>${escaped(figure)}${more}`;
      },
      { sticky: true, direction: "top" }
    );
  }

  function outlineStyle() {
    return { fill: false, color: token("--border-strong"), weight: Math.max(1.1, rem() / 11), opacity: 0.85 };
  }

  function onOutline(feature, layer, context) {
    if (feature.geometry.type === "Point") return;
    const label = document.createElement("span");
    /* On an English map the level is plain from the title, and “District” ten times is noise. */
    label.textContent = nameOf(feature, context.hideout).replace(/ (District|Street|Subdistrict|Town|Community|Village)$/, "");
    layer.bindTooltip(label, { permanent: true, direction: "center", className: "area-label" });
  }

  const pointOf = (feature, latlng, context) => L.circleMarker(latlng, areaStyle(feature, context));
  const noPoint = (feature, latlng) => L.circleMarker(latlng, { radius: 0, opacity: 0 });

  /* ---- the address: a click on the map is the same as following a link ---- */
  function follow(params) {
    params.delete("after");
    const query = params.toString();
    history.pushState({}, "", location.pathname + (query ? "?" + query : ""));
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
  }

  function drill(_clicks, feature, hideout) {
    const target = feature && hideout.drill[feature.properties.code];
    if (target) {
      const params = new URLSearchParams(location.search);
      params.set(...target.split("="));
      follow(params);
    }
    return window.dash_clientside.no_update;
  }

  function searched(_submits, text) {
    const params = new URLSearchParams(location.search);
    if ((params.get("q") || "") !== (text || "")) {
      if (text) params.set("q", text);
      else params.delete("q");
      follow(params);
    }
    return window.dash_clientside.no_update;
  }

  /* ---- charts take their type and line widths from the size of the page ---- */
  function scaled(figure) {
    if (!figure || !figure.layout) return figure;
    const scale = rem() / (page === "wall" ? 16 : 14);
    if (Math.abs(scale - 1) < 0.04) return figure;
    const layout = structuredClone(figure.layout);
    for (const side of Object.keys(layout.margin || {})) layout.margin[side] *= scale;
    if (layout.font) layout.font.size *= scale;
    const wider = (line) => line && { ...line, width: line.width * scale };
    const data = figure.data.map(({ line, marker, ...rest }) => ({
      ...rest,
      ...(line && { line: wider(line) }),
      ...(marker && { marker: { ...marker, size: marker.size * scale, line: wider(marker.line) } }),
    }));
    return { data, layout };
  }

  /* ---- the push: one stream, which the browser reopens by itself ---- */
  function listen() {
    if (!window.EventSource || page === "incident" || asked.has("print")) return;
    const stream = new EventSource("/events");
    let boot = null;
    let heard = null;
    /* The page may be older than the first message, or not drawn yet when it comes. */
    const catchUp = () => {
      const carrier = document.querySelector("[data-page-version]");
      if (!carrier) return void setTimeout(catchUp, 100);
      if (String(heard) === carrier.dataset.pageVersion) return;
      carrier.dataset.pageVersion = heard;
      set(page + "-version", { data: heard });
    };
    stream.addEventListener("version", (event) => {
      const told = JSON.parse(event.data);
      if (boot !== null && told.boot !== boot) return location.reload();
      boot = told.boot;
      yiping.listening = true;
      delete root.dataset.connection;
      heard = told.version;
      catchUp();
    });
    stream.onerror = () => { root.dataset.connection = "lost"; };
  }

  /* ---- HTML that dash has no component for ---- */
  function dayInputs(host) {
    if (host.firstChild) return;
    const [from, to, apply] = host.dataset.labels.split("|");
    const field = (label, name) => {
      const text = document.createElement("label");
      const input = document.createElement("input");
      text.textContent = label;
      input.type = "date";
      input.value = host.dataset[name];
      input.setAttribute("aria-label", label);
      host.append(text, input);
      return input;
    };
    const first = field(from, "from");
    const last = field(to, "to");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = apply;
    button.addEventListener("click", () => {
      const params = new URLSearchParams(location.search);
      params.set("from", first.value);
      params.set("to", last.value);
      follow(params);
      host.closest("details").open = false;
    });
    host.append(button);
  }

  const listed = new WeakMap();

  function optionLinks(host) {
    if (listed.get(host) === host.dataset.options) return;
    listed.set(host, host.dataset.options);
    const links = JSON.parse(host.dataset.options).map(([name, href, chosen, depth]) => {
      const link = document.createElement("a");
      link.textContent = name;
      link.href = href;
      link.className = `option depth-${depth}${chosen ? " is-chosen" : ""}`;
      link.dataset.inPage = "true";
      if (chosen) link.setAttribute("aria-current", "true");
      return link;
    });
    host.replaceChildren(...links);
    if (host.dataset.search) host.prepend(searchBox(host));
  }

  function searchBox(host) {
    const input = document.createElement("input");
    input.type = "search";
    input.placeholder = host.dataset.search;
    input.setAttribute("aria-label", host.dataset.search);
    input.addEventListener("input", () => {
      const wanted = input.value.trim().toLowerCase();
      for (const option of host.querySelectorAll(".option")) {
        option.hidden = wanted && !option.textContent.toLowerCase().includes(wanted);
      }
    });
    return input;
  }

  document.addEventListener("toggle", (event) => {
    const details = event.target;
    if (!details.open || !details.classList || !details.classList.contains("popover")) return;
    for (const other of document.querySelectorAll("details.popover[open]")) {
      if (other !== details) other.open = false;
    }
    details.querySelectorAll(".days").forEach(dayInputs);
    details.querySelectorAll(".options").forEach(optionLinks);
    const box = details.querySelector("input[type=search]");
    if (box) box.focus();
    const choices = details.querySelector(".choices");
    choices.style.left = "0px";
    const over = choices.getBoundingClientRect().right - root.clientWidth + 8;
    if (over > 0) choices.style.left = `${-over}px`;
  }, true);

  document.addEventListener("click", (event) => {
    const option = event.target.closest && event.target.closest(".option");
    for (const open of document.querySelectorAll("details.popover[open]")) {
      if (option || !open.contains(event.target)) open.open = false;
    }
    const link = event.target.closest && event.target.closest("a[data-in-page]");
    if (link && !event.defaultPrevented && event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      history.pushState({}, "", link.href);
      window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    }
    const copy = event.target.closest && event.target.closest(".copy-link");
    if (copy && navigator.clipboard) {
      const words = copy.textContent;
      navigator.clipboard.writeText(location.href).then(() => {
        copy.textContent = copy.dataset.copied;
        setTimeout(() => { copy.textContent = words; }, 1600);
      });
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const open of document.querySelectorAll("details.popover[open]")) {
      open.open = false;
      open.querySelector("summary").focus();
    }
  });

  /* The wall's clock shows the city's time, whatever zone its computer is set to. */
  function tick() {
    const clock = document.querySelector("[data-clock]");
    if (clock) {
      clock.textContent = new Intl.DateTimeFormat("en-GB", {
        hour: "2-digit", minute: "2-digit", timeZone: clock.dataset.clock,
      }).format(new Date());
    }
  }
  setInterval(tick, 1000);

  /* ==== the passport of a figure: a panel beside the page. The address opens it, so that it is a
     link and Back closes it; the page itself is not drawn anew for it. ==== */
  const beside = (() => {
    const PATIENCE = 20000;
    const LONE = 90000;
    const inAddress = () => new URLSearchParams(location.search);
    const panel = () => document.querySelector(".passport");
    const isOf = (node, metric, group) =>
      (node.dataset.passport || node.dataset.metric) === metric && node.dataset.pg === group;
    /* How many entries of the history the open passport is deep: so many steps back close it. */
    const depth = () => (history.state && history.state.passport) || 0;
    let shown = "";
    let asked = "";
    let askings = 0;
    let opener = null;
    let late = 0;
    let lone = 0;

    function ask(search) {
      asked = `${search}#${++askings}`;
      panel().setAttribute("aria-busy", "true");
      clearTimeout(late);
      late = setTimeout(() => state("failed"), PATIENCE);
      set(page + "-passport-asked", { data: asked });
    }

    function state(name) {
      if (name) root.dataset.passport = name;
      else delete root.dataset.passport;
      if (name !== "waiting") clearTimeout(late);
      if (panel() && name !== "waiting") panel().removeAttribute("aria-busy");
    }

    function sync(tries) {
      const wanted = inAddress().get("passport") ? location.search : "";
      if (wanted === shown) return;
      if (!panel() || !window.dash_clientside.set_props) {
        if (tries !== 0) setTimeout(sync, 100, (tries || 100) - 1);
        return;
      }
      const first = !shown;
      shown = wanted;
      clearTimeout(lone);
      if (!wanted) {
        state("");
        mark();
        resized();
        returnFocus();
        return;
      }
      state("waiting");
      watch();
      ask(wanted);
      mark();
      if (first) resized();
      if (opener) panel().querySelector("h2").focus({ preventScroll: true });
      reveal();
      /* Nobody stands at a wall to close it again. */
      if (page === "wall") lone = setTimeout(close, LONE);
    }

    /* The answer carries what was asked: one that comes late is not the one that is waited for. */
    let watched = null;
    function watch() {
      const body = panel().querySelector(".passport-body");
      if (watched === body) return;
      watched = body;
      new MutationObserver(() => {
        const answer = body.querySelector("[data-answers]");
        if (answer && answer.dataset.answers === asked) {
          state("open");
          mark();
        }
      }).observe(body, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-answers"] });
      const carrier = document.querySelector("[data-page-version]");
      new MutationObserver(() => shown && ask(shown)).observe(carrier, { attributeFilter: ["data-page-version"] });
    }

    function mark() {
      const params = inAddress();
      const metric = params.get("passport");
      const group = params.get("pg") || "";
      for (const node of document.querySelectorAll("[data-pg][aria-expanded]")) {
        node.setAttribute("aria-expanded", String(Boolean(metric) && isOf(node, metric, group)));
      }
    }

    function follow(metric, group, from) {
      const params = inAddress();
      if (shown && params.get("passport") === metric && (params.get("pg") || "") === group) return close();
      params.set("passport", metric);
      if (group) params.set("pg", group);
      else params.delete("pg");
      const url = `${location.pathname}?${params}`;
      const inside = from && panel() && panel().contains(from);
      if (from && !inside) root.dataset.side = from.getBoundingClientRect().left > innerWidth / 2 ? "left" : "right";
      if (!inside) opener = from;
      if (!shown || inside) history.pushState({ passport: shown ? depth() + 1 : 1 }, "", url);
      else history.replaceState({ passport: depth() }, "", url);
      sync();
    }

    function close() {
      const steps = depth();
      if (steps) return history.go(-steps);
      const params = inAddress();
      params.delete("passport");
      params.delete("pg");
      const query = params.toString();
      history.replaceState({}, "", location.pathname + (query ? "?" + query : ""));
      sync();
    }

    function returnFocus() {
      if (opener && opener.isConnected) opener.focus({ preventScroll: true });
      opener = null;
    }

    /* The map does not notice that its box has become narrower; charts hear of it the same way. */
    function resized() {
      window.dispatchEvent(new Event("resize"));
      const map = yiping.map;
      if (!map || !map.getContainer().isConnected) return;
      map.invalidateSize({ animate: false });
      const bounds = L.latLngBounds([]);
      map.eachLayer((layer) => {
        if (layer.feature) bounds.extend(layer.getBounds ? layer.getBounds() : layer.getLatLng());
      });
      if (bounds.isValid()) map.fitBounds(bounds, { animate: false });
    }

    /* What is explained stays in sight, also above the sheet of a phone. */
    function reveal() {
      if (!opener || !opener.isConnected) return;
      const sheet = getComputedStyle(panel()).position === "fixed" && page !== "wall";
      if (sheet) window.scrollBy(0, opener.getBoundingClientRect().top - innerHeight * 0.16);
      else opener.scrollIntoView({ block: "nearest" });
    }

    function copy(button) {
      const link = new URL(button.dataset.copyLink, location.href).href;
      const text = [button.dataset.copy, link].filter(Boolean).join("\n");
      const done = () => {
        const words = button.textContent;
        button.textContent = button.dataset.copied;
        setTimeout(() => { button.textContent = words; }, 1600);
      };
      /* Over plain http, as on many an inner network, the browser offers no clipboard. */
      const byHand = () => {
        const area = document.createElement("textarea");
        area.value = text;
        document.body.append(area);
        area.select();
        document.execCommand("copy");
        area.remove();
        button.focus();
        done();
      };
      if (navigator.clipboard) navigator.clipboard.writeText(text).then(done, byHand);
      else byHand();
    }

    function chooseWhy(button) {
      const section = button.closest(".passport-why");
      for (const one of section.querySelectorAll(".why-choice")) {
        one.setAttribute("aria-pressed", String(one === button));
      }
      for (const part of section.querySelectorAll(".why-part")) {
        part.classList.toggle("is-shown", part.dataset.cut === button.dataset.why);
      }
    }

    const BUTTONS = {
      ".passport-close": close,
      ".passport-retry": () => { state("waiting"); ask(shown); },
      ".passport-print": () => { root.dataset.printing = "passport"; window.print(); },
      ".passport-copy": copy,
      ".why-choice": chooseWhy,
    };

    /* Before the links on the page: where a figure lies inside one, the figure wins. */
    document.addEventListener("click", (event) => {
      if (!event.target.closest || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const trigger = event.target.closest("[data-pg]");
      if (trigger) {
        event.preventDefault();
        event.stopPropagation();
        for (const open of document.querySelectorAll("details.popover[open]")) open.open = false;
        follow(trigger.dataset.passport || trigger.dataset.metric, trigger.dataset.pg, figureOf(trigger));
        return;
      }
      for (const [selector, act] of Object.entries(BUTTONS)) {
        const button = event.target.closest(selector);
        if (button) act(button);
      }
      const look = event.target.closest("a.switch");
      if (look && shown) {
        const url = new URL(look.href);
        for (const name of ["passport", "pg"]) {
          if (inAddress().has(name)) url.searchParams.set(name, inAddress().get(name));
        }
        look.href = url.href;
      }
    }, true);

    const figureOf = (trigger) =>
      trigger.matches("[tabindex], a, button")
        ? trigger
        : (trigger.closest(".tile") || trigger).querySelector("[data-pg][tabindex]") || trigger;

    document.addEventListener("keydown", (event) => {
      const trigger = event.target.closest && event.target.closest("[data-pg][role=button]");
      if (trigger && (event.key === "Enter" || event.key === " ")) {
        event.preventDefault();
        trigger.click();
      } else if (event.key === "Escape" && shown && !document.querySelector("details.popover[open]")) {
        close();
      }
    }, true);

    window.addEventListener("popstate", () => sync());
    window.addEventListener("_dashprivate_pushstate", () => sync());

    /* On paper everything is unfolded. */
    let folded = [];
    window.addEventListener("beforeprint", () => {
      folded = panel() ? [...panel().querySelectorAll("details:not([open])")] : [];
      for (const details of folded) details.open = true;
    });
    window.addEventListener("afterprint", () => {
      delete root.dataset.printing;
      for (const details of folded) details.open = false;
    });

    /* An area that leads no further opens its figure; any area does on a second click of the hand. */
    function area(feature, layer, context) {
      yiping.map = context.map;
      const opened = (event) => {
        const hideout = yiping.hideout || context.hideout;
        const found = hideout.shown[feature.properties.code];
        if (!found || !hideout.metric) return;
        if (event.type === "click" && hideout.drill[feature.properties.code]) return;
        L.DomEvent.preventDefault(event.originalEvent);
        follow(hideout.metric, found[2], context.map.getContainer());
      };
      layer.on("click contextmenu", opened);
    }

    return { sync, area };
  })();
  /* ==== end of the passport ==== */

  const yiping = {
    areaStyle, hoverStyle, onArea, outlineStyle, onOutline, pointOf, noPoint, hideout: null, map: null, listening: false,
  };
  window.yiping = yiping;
  window.dash_clientside = Object.assign(window.dash_clientside || {}, {
    yiping: { drill, scaled, searched },
  });
  listen();
  beside.sync();
})();
