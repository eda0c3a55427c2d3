// Reads a script of PowerShell from its input and writes what the parser found in it as JSON. It runs as a process of its
// own with V8's --liftoff-only: elsewhere V8 makes the parser's one huge function faster, for longer than all tests take.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Language, Parser } from 'web-tree-sitter';

await Parser.init();
const grammar = createRequire(import.meta.url).resolve('tree-sitter-powershell/tree-sitter-powershell.wasm');
const parser = new Parser().setLanguage(await Language.load(grammar));
const root = parser.parse(readFileSync(0, 'utf8')).rootNode;

const faults = (node) => {
  if (node.isError || node.isMissing) return [`line ${node.startPosition.row + 1}: ${node.text.slice(0, 80)}`];
  return node.hasError ? node.children.flatMap(faults) : [];
};
const nameOf = (node) => node.children.find((one) => one.type === 'function_name').text;
const functions = root.descendantsOfType('function_statement').map((one) => [nameOf(one), one.text]);
const commands = root.descendantsOfType('command').map((one) => one.text);
process.stdout.write(JSON.stringify({ faults: faults(root), functions: Object.fromEntries(functions), commands }));
