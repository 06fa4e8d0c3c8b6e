/**
 * The stream of server-sent events: activities as they happen, from a place in the past when that is asked for, and the
 * comments by which the vendor says that something is missing.
 */
import type { ServerResponse } from 'node:http';
import { activitiesSince, activityEventView } from './core/activity-events.ts';
import type { Broker } from './core/broker.ts';
import type { Query } from './core/paging.ts';

export class ActivityFeed {
  private readonly open_ = new Set<ServerResponse>();
  private readonly broker: Broker;
  private readonly stop: () => void;

  constructor(broker: Broker) {
    this.broker = broker;
    this.stop = broker.listen((event) => {
      if (event.kind !== 'activity') return;
      const text = dataOf(event.activity);
      for (const response of this.open_) response.write(text);
    });
  }

  /** Begins to tell; what has happened since the place asked for comes first. */
  open(response: ServerResponse, query: Query): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    response.write(': welcome to the Alpaca events\n\n');
    for (const activity of activitiesSince(this.broker.state, query)) response.write(dataOf(activity));
    this.open_.add(response);
    response.on('close', () => this.open_.delete(response));
  }

  close(): void {
    this.stop();
    for (const response of this.open_) response.end();
  }
}

function dataOf(activity: Parameters<typeof activityEventView>[0]): string {
  return `id: ${activity.eventId}\ndata: ${JSON.stringify(activityEventView(activity))}\n\n`;
}
