// The checkers are checked: every guard that is taken away is noticed by the law that it served.
import { pictureBugs } from './planted/picture-bugs.ts';
import { huntAll } from './planted/tell.ts';

huntAll('picture', pictureBugs);
