// A banner about a setting of the scale set leads to the checks, where its command stands; others say all that they have.
import { afterEach, expect, it, jest } from '@jest/globals';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { PoolBanners } from '../../hub/pool/pool-banners.tsx';

afterEach(cleanup);

it('shows the sentence without the command, and a link to the tab', () => {
  const onTab = jest.fn();
  const words =
    'The scale set agents has overprovision on, so Weir asks for no machines there. Run: az vmss update --ids /subscriptions/x --set overprovision=false';
  render(<PoolBanners banners={[{ code: 'scaleSetContended', level: 'warning', words }]} pool="linux" onTab={onTab} />);
  expect(screen.getByText(/overprovision on, so Weir asks for no machines there\./)).toBeTruthy();
  expect(screen.queryByText(/az vmss/)).toBeNull();
  fireEvent.click(screen.getByRole('link', { name: 'Open Checks' }));
  expect(onTab).toHaveBeenCalledWith('checks');
});

it('keeps the words of every other alarm whole', () => {
  const words = '9 of 12 nodes look unhealthy at once. Run: az is no part of it';
  render(
    <PoolBanners banners={[{ code: 'panicStopped', level: 'error', words }]} pool="linux" onTab={() => undefined} />,
  );
  expect(screen.getByText(words)).toBeTruthy();
  expect(screen.queryByRole('link')).toBeNull();
});
