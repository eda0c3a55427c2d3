// Ten hours each: what needs time to go wrong, under faults that leave it time: each seed draws its own.
import { seedsOr } from './battery-size.ts';
import { battery } from './battery.ts';

battery({ first: 10_001, count: seedsOr(3), hours: 10, faults: 'all' });
