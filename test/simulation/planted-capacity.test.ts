// The checkers are checked: every guard that is taken away is noticed by the law that it served.
import { capacityBugs } from './planted/capacity-bugs.ts';
import { imageBugs } from './planted/image-bugs.ts';
import { keptBugs } from './planted/kept-bugs.ts';
import { recordBugs } from './planted/record-bugs.ts';
import { huntAll } from './planted/tell.ts';

huntAll('capacity, records, images and kept machines', [...capacityBugs, ...recordBugs, ...imageBugs, ...keptBugs]);
