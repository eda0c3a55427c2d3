// Many short runs find more than few long ones: each draws another pool, other faults, other facts.
import { seedsOr } from './battery-size.ts';
import { battery } from './battery.ts';

battery(1, seedsOr(16), 2);
