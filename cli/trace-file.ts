// Reads a trace of arrivals from a file, plain or gzipped, with errors that name the line.
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { parseTrace, type Trace } from '../service/domain/trace.ts';
import { UserProblem, whyUnreadable } from '../service/problem.ts';
import { safeText } from './safe-text.ts';

/** A trace of a million jobs unpacks to about 30 MB; more than this is no trace. */
const maximumBytes = 512 * 1024 * 1024;

export async function readTraceFile(path: string): Promise<Trace> {
  const text = await readText(path);
  const trace = parseTrace(text);
  if (!('faults' in trace)) return trace;
  const words = trace.faults.map((fault) => `line ${fault.line}: ${safeText(fault.words)}`).join('\n  ');
  throw new UserProblem('TRACE_INVALID', `The trace ${path} cannot be read:\n  ${words}`, {
    nextStep: 'A line is arrival_seconds,duration_seconds,label; lines that begin with # are comments.',
  });
}

async function readText(path: string): Promise<string> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new UserProblem('TRACE_READ', `The trace ${path} cannot be read: ${whyUnreadable(error)}.`, {
      nextStep: 'Give the path of a CSV file, plain or gzipped.',
    });
  });
  const isZipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (!isZipped) return bytes.toString('utf8');
  try {
    return gunzipSync(bytes, { maxOutputLength: maximumBytes }).toString('utf8');
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new UserProblem('TRACE_UNPACK', `The trace ${path} is broken: ${words}.`, {
      nextStep: 'Check the file with "gzip -t", or give the unpacked CSV.',
    });
  }
}
