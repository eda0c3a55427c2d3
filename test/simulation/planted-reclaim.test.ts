// The checkers are checked: every guard that is taken away is noticed by the law that it served.
import { reclaimBugs } from './planted/reclaim-bugs.ts';
import { huntAll } from './planted/tell.ts';

huntAll('reclaim', reclaimBugs);
