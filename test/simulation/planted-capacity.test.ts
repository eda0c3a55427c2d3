// The checkers are checked: every guard that is taken away is noticed by the law that it served.
import { capacityBugs } from './planted/capacity-bugs.ts';
import { imageBugs } from './planted/image-bugs.ts';
import { recordBugs } from './planted/record-bugs.ts';
import { huntAll } from './planted/tell.ts';

huntAll('capacity, records and images', [...capacityBugs, ...recordBugs, ...imageBugs]);
