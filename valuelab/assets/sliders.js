// The sliders of a report: what follows when an assumption is moved. The numbers stand in the page as JSON; nothing is fetched, kept or sent.
// The arithmetic is that of valuelab/analysis/what_if.py, the notation that of valuelab/formatting.py; the words stand in the JSON, too.
(() => {
  "use strict";
  let marks = {}, words = {};

  // Like Python, a number that lies exactly between two is rounded to the even one.
  function rounded(size, decimals) {
    const text = size.toFixed(decimals), [whole, rest] = size.toFixed(100).split(".");
    if (!/^50*$/.test(rest.slice(decimals))) return text;
    const lower = decimals ? `${whole}.${rest.slice(0, decimals)}` : whole;
    return Number(lower.at(-1)) % 2 ? text : lower;
  }

  function grouped(text) {
    let [whole, rest] = text.split("."), groups = [whole.slice(-marks.last)];
    for (whole = whole.slice(0, -marks.last); whole; whole = whole.slice(0, -marks.others)) groups.unshift(whole.slice(-marks.others));
    return groups.join(marks.group) + (rest === undefined ? "" : marks.point + rest);
  }

  const trimmed = text => text.includes(".") ? text.replace(/0+$/, "").replace(/\.$/, "") : text;
  const minus = (value, text) => value < 0 && /[1-9]/.test(text) ? marks.minus : "";
  const decimalsFor = size => size === 0 || size >= 100 ? 0 : Math.max(0, 2 - Number(size.toExponential().split("e")[1]));

  function number(value) {
    const size = Math.abs(value);
    if (size && (size < 1e-4 || size >= 1e15)) {
      const [digits, power] = size.toExponential(2).split("e");
      return `${value < 0 ? marks.minus : ""}${trimmed(digits).replace(".", marks.point)}e${power[0]}${power.slice(1).padStart(2, "0")}`;
    }
    const text = trimmed(rounded(size, decimalsFor(size)));
    return minus(value, text) + grouped(text);
  }

  // A small difference, to one decimal, or to two below one.
  function tenths(value) {
    const size = Math.abs(value), text = trimmed(rounded(size, size < 1 ? 2 : 1));
    return minus(value, text) + grouped(text);
  }

  function fraction(value, decimals) {
    const size = Math.abs(value * 100), text = trimmed(rounded(size, size >= 1000 ? 0 : decimals));
    return `${minus(value, text)}${grouped(text)} %`;
  }

  function money(value) {
    const size = Math.abs(value), scale = marks.scales.find(([least]) => size >= least * 0.9995);
    let text, suffix = "";
    if (scale) {
      const scaled = size / scale[0];
      text = trimmed(rounded(scaled, scaled < 10 ? 3 : scaled < 100 ? 2 : 1));
      suffix = ` ${scale[1]}`;
    } else {
      text = rounded(size, size >= 100 || Number.isInteger(size) ? 0 : marks.cents || decimalsFor(size));
    }
    return minus(value, text) + marks.before + grouped(text) + suffix + marks.after;
  }

  const fill = (template, places) => template.replace(/\{(\w+)\}/g, (_, name) => places[name]);

  function assumption(lever, value) {
    if (lever.kind === "share") return fill(words.share, {share: fraction(value, 0), amount: money(value * lever.of)});
    if (lever.kind === "fraction") return fraction(value, lever.decimals);
    if (lever.kind === "money") return money(value);
    if (lever.kind === "periods") return fill(words.periods[lever.unit][value === 1 ? 0 : 1], {count: number(value)});
    return lever.unit ? `${number(value)} ${lever.unit}` : number(value);
  }

  const sum = amounts => amounts.reduce((a, b) => a + b, 0);

  function payback(flows, when) {
    const least = 1e-12 * sum(flows.map(Math.abs));
    let total = 0, last = -1;
    const running = flows.map((flow, i) => {
      total += flow;
      const now = Math.abs(total) <= least ? 0 : total;
      if (now < 0) last = i;
      return now;
    });
    if (last < 0) return when[0];
    if (last === flows.length - 1) return null;
    return when[last] + running[last] / (running[last] - running[last + 1]) * (when[last + 1] - when[last]);
  }

  function cashFlow(n, moved) {
    const {revenue = 1, expenditure = 1, delay = 0, rate = n.rate} = moved;
    const spending = n.expenditure.map((one, i) => one * expenditure + sum(Object.entries(n.costs).map(([slug, amounts]) => amounts[i] * (moved[slug] ?? 1))));
    const flows = n.fixed.map((known, i) => known + (i < delay ? 0 : n.revenue[i - delay]) * revenue - spending[i]);
    const spent = n.spent + sum(spending), net = sum(flows);
    return {net_return: net, roi_net: spent > 0 ? net / spent : null, benefit_cost_ratio: spent > 0 ? net / spent + 1 : null, payback: payback(flows, n.when),
            npv: rate === null ? null : sum(flows.map((flow, i) => flow * (1 + rate) ** -n.years[i]))};
  }

  function valueChain(n, moved) {
    const v = {...n.values, ...moved}, lag = v.lag ?? 0;
    const units = v.units ?? v.base * (n.reading === "additive" ? v.effect * v.points : (1 + v.effect) ** v.points - 1);
    const perYear = units * v.unit_value * (v.margin ?? 1), share = Math.max(n.horizon_months - lag, 0) / 12;
    const cost = sum(n.costs.map(slug => v[slug])), gain = perYear * share;
    const running = sum(n.running.map(slug => v[slug])), faster = perYear / 12 - running / n.horizon_months;
    return {per_year: perYear, net_return: gain - cost, roi_net: cost > 0 ? (gain - cost) / cost : null, benefit_cost_ratio: cost > 0 ? gain / cost : null,
            payback: share > 0 && faster > 0 ? (cost - running + perYear / 12 * lag) / faster : null, room: Math.max(gain, 0)};
  }

  function figure(shown, value) {
    if (value === null) return shown.none;
    return shown.kind === "money" ? money(value) : shown.kind === "fraction" ? fraction(value, 1) : `${number(value)} ${shown.unit}`;
  }

  function difference(shown, value, report) {
    if (figure(shown, value) === figure(shown, report)) return words.same;
    if (value === null || report === null) return fill(words.report, {value: figure(shown, report)});
    const by = value - report, sign = by > 0 ? "+" : "";
    const size = shown.kind === "money" ? money(by) : shown.kind === "fraction" ? fill(words.points, {size: tenths(by * 100)}) : `${tenths(by)} ${shown.unit}`;
    return fill(words.against, {size: sign + size});
  }

  function start(area) {
    const data = JSON.parse(area.querySelector("script").textContent);
    marks = data.marks;
    words = data.words;
    const recompute = data.about === "cash flow" ? cashFlow : valueChain;
    const report = recompute(data.numbers, {});
    const inputs = data.levers.map(lever => area.querySelector(`#what-if-${lever.slug}`));
    const outputs = data.figures.map(shown => [shown, area.querySelector(`output[data-figure="${shown.name}"]`)]);
    const asInReport = outputs.map(([, output]) => output.textContent);
    const status = area.querySelector("[role=status]");
    let waiting;

    function update() {
      const moved = {}, back = inputs.every(input => Number(input.value) === 0);
      data.levers.forEach((lever, i) => {
        const value = Math.min(Math.max(lever.start + Number(inputs[i].value) * lever.step, lever.low), lever.high), text = assumption(lever, value);
        moved[lever.slug] = value;
        inputs[i].setAttribute("aria-valuetext", text);
        area.querySelector(`output[for="${inputs[i].id}"]`).textContent = text;
      });
      const found = recompute(data.numbers, moved);
      outputs.forEach(([shown, output], i) => {
        output.textContent = back ? asInReport[i] : figure(shown, found[shown.name]);
        output.nextElementSibling.textContent = back ? words.same : difference(shown, found[shown.name], report[shown.name]);
      });
      area.classList.toggle("moved", !back);
      clearTimeout(waiting); // said once the slider rests
      waiting = setTimeout(() => {
        status.textContent = back ? words.back : fill(words.moved, {figures: outputs.map(([shown, output]) => `${shown.label} ${output.textContent}`).join("; ")});
      }, 600);
    }

    for (const input of inputs) {
      input.value = 0; // a browser may have kept another
      input.addEventListener("input", update);
    }
    area.querySelector("button").addEventListener("click", () => {
      for (const input of inputs) input.value = 0;
      update();
    });
    area.hidden = false;
  }

  for (const area of document.querySelectorAll(".vl-what-if")) start(area);
})();
