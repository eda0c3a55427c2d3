// A machine of fixed times.

export const steady = {
  create: { median: 70, p95: 70 },
  stop: { median: 3, p95: 3 },
  extension: { median: 50, p95: 50 },
};
