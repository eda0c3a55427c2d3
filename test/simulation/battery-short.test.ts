// Many short runs find more than few long ones: each draws another pool and other facts, and each four in a row meet every
// fault, hard.
import { seedsOr } from './battery-size.ts';
import { battery } from './battery.ts';

battery({ first: 20, count: seedsOr(7), hours: 2, faults: 'dealt' });
