// What the time that is looked at adds up to: how long jobs waited, how much machines were used, how long they took to boot,
// what they cost, and what other settings would have cost.
import { useCallback } from 'react';
import type { Span } from '../../contract/node-client.ts';
import type { BootTimesView, Statistics } from '../../contract/nodes.ts';
import { DataTable, type Column } from '../data-table.tsx';
import { Empty, InlineProblem, Loading } from '../messages.tsx';
import { Name } from '../name.tsx';
import { Section } from '../section.tsx';
import type { HubClient } from '../service.ts';
import { comparedWords, hoursWords, spanWords } from '../time.ts';
import { costOf, meanPrice, usesOf, type PriceTable } from './cost.ts';
import { CostCard } from './cost-card.tsx';
import { moneyWords } from './cost-words.ts';
import { pastWords } from './past.ts';
import { ReplaysCard } from './replays-card.tsx';
import type { Look } from './use-look.ts';
import { usePast } from './use-past.ts';
import { usePrices } from './use-prices.ts';

interface StatisticsCardsProps {
  readonly client: HubClient;
  readonly pool: string;
  readonly look: Look;
  /** To where the same time is replayed with settings of one's own; as its address names the time. */
  readonly onWhatIf: (written: string) => void;
}

export function StatisticsCards({ client, pool, look, onWhatIf }: StatisticsCardsProps) {
  // What stands under the name of a time that is coming is told with that name.
  const { coming: past } = look;
  const prices = usePrices(pool);
  const ask = useCallback((span: Span, signal: AbortSignal) => client.statistics(pool, span, signal), [client, pool]);
  const { data, problem, retry } = usePast(look, ask);
  const failure = problem === null ? null : <InlineProblem problem={problem} retry={retry} />;
  const uses = data === null ? null : usesOf(data);
  return (
    <>
      <div className="weir-beside weir-halves">
        <Section title="Waits and use" aside={<span className="weir-secondary">{pastWords(past)}</span>}>
          {failure}
          {data === null ? (
            failure === null && <Loading what="the statistics" />
          ) : (
            <Figures statistics={data} table={prices.table} />
          )}
        </Section>
        <Section title="Boot times" aside={<span className="weir-secondary">{pastWords(past)}</span>}>
          {data !== null ? (
            <Boots boots={data.boots} />
          ) : failure === null ? (
            <Loading what="the boot times" />
          ) : (
            <p className="weir-inset weir-secondary">They come with waits and use.</p>
          )}
        </Section>
      </div>
      <CostCard uses={uses} prices={prices} when={pastWords(past)} />
      <ReplaysCard
        {...{ client, pool, look, onWhatIf }}
        hasPrices={prices.table !== null}
        price={uses === null ? null : meanPrice(prices.table, uses)}
      />
    </>
  );
}

function Figures({ statistics, table }: { readonly statistics: Statistics; readonly table: PriceTable | null }) {
  const { waits, machineHours, busyHours, gapHours } = statistics;
  const use = machineHours === 0 ? null : Math.round((100 * busyHours) / machineHours);
  const cost = costOf(table, usesOf(statistics));
  return (
    <div className="weir-inset">
      <dl className="weir-figures">
        <Figure label="Half of the jobs waited at most" value={waitWords(waits.p50Seconds)} />
        <Figure label="95 % waited at most" value={waitWords(waits.p95Seconds)} />
        <Figure label="Jobs started" value={String(waits.jobs)} />
        <Figure label="Machine hours" value={hoursWords(machineHours)} />
        <Figure label="Time running jobs" value={use === null ? 'none' : `${use} %`} />
        {table === null || cost.pricedHours === 0 ? null : (
          <Figure label="Cost, by your prices" value={moneyWords(cost.amount, table.currency)} />
        )}
      </dl>
      <p className="weir-secondary">
        Waits are from the queue to the start on an agent.
        {gapHours < 0.05 ? '' : ` No data for ${hoursWords(gapHours)} hours: the Weir service was not running.`}
      </p>
    </div>
  );
}

function Figure({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <div>
      <dt className="weir-secondary">{label}</dt>
      <dd className="weir-figure weir-nowrap">{value}</dd>
    </div>
  );
}

function Boots({ boots }: { readonly boots: readonly BootTimesView[] }) {
  if (boots.length === 0)
    return (
      <Empty title="No boot has ended in this time">
        Weir measures each boot from the request to Azure until the agent is online, and learns from that how early it
        has to start the next machine.
      </Empty>
    );
  return (
    <DataTable
      label="Boot times"
      columns={columns}
      rows={boots}
      keyOf={(row) => `${row.image} ${row.version ?? ''} ${row.startedBy}`}
      className="weir-boots"
    />
  );
}

const time = (title: string, of: (row: BootTimesView) => number): Column<BootTimesView> => ({
  title,
  className: 'weir-number',
  render: (row) => <span title={`Slowest: ${comparedWords(row.slowestSeconds)}`}>{comparedWords(of(row))}</span>,
});

const columns: readonly Column<BootTimesView>[] = [
  {
    title: 'Image',
    className: 'weir-wide',
    render: (row) => (
      <>
        <Name>{row.image === '' ? 'Image of the scale set' : row.image}</Name>
        <div className="weir-secondary">
          {row.version === null ? '' : `${row.version}, `}
          {row.startedBy === 'create' ? 'new machine' : 'reimage'}
        </div>
      </>
    ),
  },
  { title: 'Boots', className: 'weir-number', render: (row) => row.boots },
  time('Half within', (row) => row.p50Seconds),
  time('90 % within', (row) => row.p90Seconds),
  time('95 % within', (row) => row.p95Seconds),
];

function waitWords(seconds: number | null): string {
  return seconds === null ? 'no jobs' : spanWords(seconds * 1000);
}
