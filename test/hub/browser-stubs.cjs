// jsdom lacks what uPlot and azure-devops-ui ask for when they load.
window.matchMedia ??= () => ({
  matches: false,
  addEventListener() {},
  removeEventListener() {},
  addListener() {},
  removeListener() {},
});
window.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
};
// A canvas that takes every stroke and measures everything as nothing: what is drawn is looked at in a real browser.
HTMLCanvasElement.prototype.getContext = () => new Proxy({}, { get: () => () => ({ width: 0 }), set: () => true });
window.Path2D ??= class {
  moveTo() {}
  lineTo() {}
  rect() {}
  addPath() {}
  closePath() {}
};
