/**
 * The stream of server-sent events: activities as they happen, from a place in the past when that is asked for, and the
 * comments by which the vendor says that something is missing.
 */
import type { ServerResponse } from 'node:http';
import { activitiesSince, activityEventView } from './core/activity-events.ts';
import { eventIdOf } from '../fake-broker/core/activities.ts';
import type { Broker } from '../fake-broker/core/broker.ts';
import type { Query } from './core/paging.ts';

export class ActivityFeed {
  private readonly listeners = new Set<ServerResponse>();
  private readonly broker: Broker;
  private readonly stop: () => void;
  private dropping = 0;

  constructor(broker: Broker) {
    this.broker = broker;
    this.stop = broker.listen((event) => {
      if (event.kind !== 'activity') return;
      if (this.dropping > 0) {
        this.dropping--;
        return;
      }
      const text = dataOf(event.activity);
      for (const response of this.listeners) response.write(text);
    });
  }

  /** Begins to tell; what has happened since the place asked for comes first. */
  open(response: ServerResponse, query: Query): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    response.write(': welcome to the Alpaca events\n\n');
    for (const activity of activitiesSince(this.broker.state, query)) response.write(dataOf(activity));
    this.listeners.add(response);
    response.on('close', () => this.listeners.delete(response));
  }

  /** Loses the next activities for everyone who listens, and says so in a comment, as the vendor does. */
  gap(count: number): void {
    this.dropping += count;
    for (const response of this.listeners)
      response.write(`: you are reading too slowly, dropped ${count} messages\n\n`);
  }

  close(): void {
    this.stop();
    for (const response of this.listeners) response.end();
  }
}

function dataOf(activity: Parameters<typeof activityEventView>[0]): string {
  return `id: ${eventIdOf(activity)}\ndata: ${JSON.stringify(activityEventView(activity))}\n\n`;
}
