// The strip of cells above a pool's page shows every state that its nodes are in, however many nodes there are.
import { afterEach, expect, it } from '@jest/globals';
import { cleanup, render, screen } from '@testing-library/react';
import { NodeStrip } from '../../hub/pool/node-strip.tsx';
import { node } from '../browser/scene.ts';

afterEach(cleanup);

const nodesOf = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts).flatMap(([state, count]) =>
    Array.from({ length: count }, (_, index) => node({ key: `${state}${index}`, name: `agents_${index}`, state })),
  );

function cellsOf(counts: Readonly<Record<string, number>>, maximum: number) {
  const { container } = render(<NodeStrip nodes={nodesOf(counts)} maximum={maximum} />);
  const cells = [...container.querySelectorAll('.weir-cells > .weir-cell')];
  const ofGroup = (group: string) => cells.filter((one) => one.classList.contains(`weir-fill-${group}`)).length;
  return {
    all: cells.length,
    busy: ofGroup('busy'),
    idle: ofGroup('idle'),
    trouble: ofGroup('trouble'),
    free: ofGroup('free'),
  };
}

it('draws each node, and what the maximum still allows', () => {
  expect(cellsOf({ assigned: 3, idle: 1 }, 6)).toEqual({ all: 6, busy: 3, idle: 1, trouble: 0, free: 2 });
  expect(screen.queryByText(/are drawn/)).toBeNull();
});

it('gives each state its share where there are too many, and says so', () => {
  expect(cellsOf({ assigned: 300, idle: 240, lost: 60 }, 600)).toEqual({
    all: 240,
    busy: 120,
    idle: 96,
    trouble: 24,
    free: 0,
  });
  expect(screen.getByText('Of 600 nodes 240 are drawn, each state by its share.')).toBeTruthy();
  expect(screen.getByText('60 in trouble')).toBeTruthy();
});

it('leaves out no state, however rare it is', () => {
  expect(cellsOf({ assigned: 2998, lost: 1 }, 3000)).toEqual({ all: 240, busy: 239, idle: 0, trouble: 1, free: 0 });
});
