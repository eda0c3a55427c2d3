// The entry of the bundled task.
import { agentOfLibrary } from '../agent.ts';
import { runTask } from '../run-task.ts';
import { pinImageVersion } from './pin-image-version.ts';

void runTask(agentOfLibrary(), pinImageVersion);
