// The checkers are checked: every guard that is taken away is noticed by the law that it served.
import { capacityBugs } from './planted/capacity-bugs.ts';
import { huntAll } from './planted/tell.ts';

huntAll('capacity', capacityBugs);
