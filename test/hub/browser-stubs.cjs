// jsdom lacks what uPlot and azure-devops-ui ask for when they load.
window.matchMedia ??= () => ({ matches: false, addEventListener() {}, removeEventListener() {}, addListener() {}, removeListener() {} });
window.ResizeObserver ??= class { observe() {} unobserve() {} disconnect() {} };
