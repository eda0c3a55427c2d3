// The entry of the bundled task.
import { agentOfLibrary } from '../agent.ts';
import { runTask } from '../run-task.ts';
import { validateImage } from './validate-image.ts';

void runTask(agentOfLibrary(), validateImage);
