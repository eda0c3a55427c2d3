// The order of test files: the longest first, so that at the end no core is idle while another one still has minutes to go. A fresh clone knows
// no durations, and the size of a file says little of them.
import { createRequire } from 'node:module';

// It comes with jest and is no package of ours.
const { default: Sequencer } = createRequire(import.meta.resolve('jest'))('@jest/test-sequencer');

/** From half a minute on two cores upwards, the longest first. What waits for real time comes after what keeps a core busy. */
const long = [
  'stories/working-day',
  'simulation/battery-long',
  'end-to-end/socket-hour',
  'browser/states',
  'browser/new-pool',
  'browser/connect-and-settings',
  'end-to-end/start',
  'end-to-end/tasks',
  'simulation/battery-short',
  'browser/tabs',
  'stories/incidents',
  'simulation/kept-seeds',
  'simulation/planted-picture',
  'simulation/planted-capacity',
  'simulation/planted-reclaim',
  'package/',
  'browser/',
  'simulation/',
  'stories/',
];

const rank = ({ path }) => {
  const place = long.findIndex((part) => path.replaceAll('\\', '/').includes(`/test/${part}`));
  return place < 0 ? long.length : place;
};

export default class LongFirst extends Sequencer {
  sort(tests) {
    return [...super.sort(tests)].sort((one, other) => rank(one) - rank(other));
  }
}
