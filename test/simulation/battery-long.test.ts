// Ten hours each: what needs time to go wrong.
import { seedsOr } from './battery-size.ts';
import { battery } from './battery.ts';

battery(10_001, seedsOr(3), 10);
