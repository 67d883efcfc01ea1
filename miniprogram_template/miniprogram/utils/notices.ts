/** WeChat's question whether the shop may send messages, at the moments that the API names. */
import { api, type Answer } from './api';

type Moment = Answer<'get', '/notices/templates'>['items'][number]['moment'];

const known = new Map<Moment, string[]>();

/** Learn what to ask for. Do it before the tap: WeChat wants the question in the tap itself. */
export async function learnTemplates(): Promise<void> {
  // Without an answer nothing is asked: a message less, and the deed goes on.
  const told = await api.get('/notices/templates', { isMine: true }).catch(() => undefined);
  told?.items.forEach(({ moment, template_ids }) => known.set(moment, template_ids));
}

/** Ask, where there is something to ask for. Whatever the person answers, the deed goes on. */
export async function askToTell(moment: Moment): Promise<void> {
  const tmplIds = known.get(moment) ?? [];
  if (!tmplIds.length) return;
  await wx.requestSubscribeMessage({ tmplIds }).catch(({ errMsg }: { errMsg: string }) => {
    console.info(errMsg); // switched off in WeChat's settings, or closed
  });
}
