// The merchant's day with npm's wechatpay-axios-plugin: only its base address is ours.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import plugin from 'wechatpay-axios-plugin';
import { control, finish, given, listen, step } from './stage.mjs';

const { Wechatpay, Aes, Rsa, Formatter, Multipart } = plugin;
const { pay, appid, subMchid, openid, directAppid, directOpenid } = given;
const merchants = { sp_mchid: pay.sp_mchid, sub_mchid: subMchid };
const listener = await listen();

function client(certs) {
  return new Wechatpay({
    mchid: pay.sp_mchid,
    serial: pay.merchant_serial_no,
    privateKey: pay.merchant_private_key_pem,
    certs,
    baseURL: `${given.base}/`,
  });
}

/** Check and open a callback the way the library's README does. */
function opened({ headers, body }, certs) {
  const serial = headers['wechatpay-serial'];
  const said = Formatter.response(headers['wechatpay-timestamp'], headers['wechatpay-nonce'], body);
  assert.ok(Rsa.verify(said, headers['wechatpay-signature'], certs[serial]), 'signature');
  const { event_type: event, resource } = JSON.parse(body);
  const plain = Aes.AesGcm.decrypt(
    resource.ciphertext, pay.apiv3_key, resource.nonce, resource.associated_data,
  );
  return { event, resource: JSON.parse(plain) };
}

const publicKeys = { [pay.wechatpay_public_key_id]: Rsa.from(pay.wechatpay_public_key_pem, Rsa.KEY_TYPE_PUBLIC) };
let wxpay = client(publicKeys);
const named = { headers: { 'Wechatpay-Serial': pay.wechatpay_public_key_id } };

function partnerOrder(number, more = {}) {
  return {
    sp_appid: pay.sp_appid, ...merchants, sub_appid: appid, description: '龙井茶,春 "A"',
    out_trade_no: number, notify_url: listener.url, amount: { total: 1000 },
    payer: { sub_openid: openid }, ...more,
  };
}

await step('prepay as a provider', async () => {
  const { data } = await wxpay.v3.pay.partner.transactions.jsapi.post(partnerOrder('PARTNER-1'));
  assert.match(data.prepay_id, /^wx/);
});

await step('prepay as a direct merchant', async () => {
  const { data } = await wxpay.v3.pay.transactions.jsapi.post({
    appid: directAppid, mchid: pay.sp_mchid, description: 'direct', out_trade_no: 'DIRECT-1',
    notify_url: listener.url, amount: { total: 1 }, payer: { openid: directOpenid },
  }, named);
  assert.match(data.prepay_id, /^wx/);
});

await step('prepay for a QR code', async () => {
  const { data } = await wxpay.v3.pay.transactions.native.post({
    appid: directAppid, mchid: pay.sp_mchid, description: 'native', out_trade_no: 'NATIVE-1',
    notify_url: listener.url, amount: { total: 1, currency: 'CNY' },
  });
  assert.match(data.code_url, /^weixin:\/\/wxpay\/bizpayurl/);
});

await step('query an unpaid order', async () => {
  const { data } = await wxpay.v3.pay.partner.transactions.outTradeNo.$out_trade_no$.get({
    params: merchants, out_trade_no: 'PARTNER-1',
  });
  assert.equal(data.trade_state, 'NOTPAY');
});

await step('close an order, answered with an empty 204', async () => {
  await wxpay.v3.pay.partner.transactions.jsapi.post(partnerOrder('PARTNER-2'));
  const path = wxpay.v3.pay.partner.transactions.outTradeNo.$out_trade_no$.close;
  const { status } = await path.post(merchants, { out_trade_no: 'PARTNER-2' });
  assert.equal(status, 204);
});

await step('read a refusal', async () => {
  await assert.rejects(
    wxpay.v3.pay.partner.transactions.jsapi.post(partnerOrder('PARTNER-1', { amount: { total: 2 } })),
    (error) => error.response.status === 400 && error.response.data.code === 'INVALID_REQUEST',
  );
});

await step('open the callback of a payment', async () => {
  await control('POST', 'orders/PARTNER-1/pay', { wait: true });
  const told = opened(listener.received.at(-1), publicKeys);
  assert.equal(told.event, 'TRANSACTION.SUCCESS');
  assert.equal(told.resource.out_trade_no, 'PARTNER-1');
  assert.equal(told.resource.payer.sub_openid, openid);
  assert.equal(told.resource.amount.total, 1000);
});

const transaction = await step('query by the transaction', async () => {
  const first = await wxpay.chain('v3/pay/partner/transactions/out-trade-no/PARTNER-1').get({ params: merchants });
  const { data } = await wxpay.v3.pay.partner.transactions.id.$id$.get({
    params: merchants, id: first.data.transaction_id,
  });
  assert.equal(data.trade_state, 'SUCCESS');
  return data.transaction_id;
});

await step('refund and query the refund', async () => {
  const { data } = await wxpay.v3.refund.domestic.refunds.post({
    sub_mchid: subMchid, transaction_id: transaction, out_refund_no: 'REFUND-1', reason: '退货',
    notify_url: listener.url, amount: { refund: 100, total: 1000, currency: 'CNY' },
  });
  assert.equal(data.status, 'PROCESSING');
  await control('POST', 'clock', { advance_seconds: 5 });
  const path = wxpay.v3.refund.domestic.refunds.$out_refund_no$;
  const found = await path.get({ params: { sub_mchid: subMchid }, out_refund_no: 'REFUND-1' });
  assert.equal(found.data.status, 'SUCCESS');
  assert.equal(opened(listener.received.at(-1), publicKeys).event, 'REFUND.SUCCESS');
});

const certificates = await step('download the certificates with the merchant key alone', async () => {
  // The library wants some certificate before the first download; its own downloader does this.
  const bare = client({ any: Rsa.from(pay.wechatpay_public_key_pem, Rsa.KEY_TYPE_PUBLIC) });
  const { data } = await bare.v3.certificates.get({ transformResponse: [] });
  return Object.fromEntries(JSON.parse(data).data.map(({ serial_no: serial, encrypt_certificate: sealed }) => [
    serial,
    Aes.AesGcm.decrypt(sealed.ciphertext, pay.apiv3_key, sealed.nonce, sealed.associated_data),
  ]));
});

await step('work in certificate mode from then on', async () => {
  wxpay = client(Object.fromEntries(
    Object.entries(certificates).map(([serial, pem]) => [serial, Rsa.from(pem, Rsa.KEY_TYPE_PUBLIC)]),
  ));
  const { data } = await wxpay.v3.pay.partner.transactions.id.$id$.get({ params: merchants, id: transaction });
  assert.equal(data.trade_state, 'REFUND');
  await wxpay.v3.pay.partner.transactions.jsapi.post(
    partnerOrder('PARTNER-3', { settle_info: { profit_sharing: true } }),
  );
  await control('POST', 'orders/PARTNER-3/pay', { wait: true });
  const keys = Object.fromEntries(
    Object.entries(certificates).map(([serial, pem]) => [serial, Rsa.from(pem, Rsa.KEY_TYPE_PUBLIC)]),
  );
  assert.equal(opened(listener.received.at(-1), keys).resource.out_trade_no, 'PARTNER-3');
});

const [certificateSerial, certificatePem] = Object.entries(certificates)[0];
const sealing = { headers: { 'Wechatpay-Serial': certificateSerial } };
const seal = (text) => Rsa.encrypt(text, Rsa.from(certificatePem, Rsa.KEY_TYPE_PUBLIC));

await step('share a profit with an encrypted name', async () => {
  const { data: added } = await wxpay.v3.profitsharing.receivers.add.post({
    sub_mchid: subMchid, appid: pay.sp_appid, type: 'MERCHANT_ID', account: pay.sp_mchid,
    name: seal('平台'), relation_type: 'SERVICE_PROVIDER',
  }, sealing);
  assert.equal(added.account, pay.sp_mchid);
  await control('POST', 'clock', { advance_seconds: 120 });
  const { data: order } = await wxpay.chain('v3/pay/partner/transactions/out-trade-no/PARTNER-3').get({ params: merchants });
  const { data } = await wxpay.v3.profitsharing.orders.post({
    sub_mchid: subMchid, appid: pay.sp_appid, transaction_id: order.transaction_id,
    out_order_no: 'SHARE-1', unfreeze_unsplit: true,
    receivers: [{ type: 'MERCHANT_ID', account: pay.sp_mchid, name: seal('平台'), amount: 50, description: '佣金' }],
  }, sealing);
  assert.equal(data.state, 'PROCESSING');
  await control('POST', 'clock', { advance_seconds: 2 });
  const found = await wxpay.v3.profitsharing.orders.$number$.get({
    params: { sub_mchid: subMchid, transaction_id: order.transaction_id }, number: 'SHARE-1',
  });
  assert.equal(found.data.receivers[0].result, 'SUCCESS');
});

await step('transfer to a person with an encrypted name', async () => {
  const { data } = await wxpay.v3.fundApp.mchTransfer.transferBills.post({
    appid: directAppid, out_bill_no: 'BILL1', transfer_scene_id: '1005', openid: directOpenid,
    user_name: seal('张三'), transfer_amount: 200000, transfer_remark: '佣金', notify_url: listener.url,
    transfer_scene_report_infos: [{ info_type: '岗位类型', info_content: '推广员' }],
  }, sealing);
  assert.equal(data.state, 'WAIT_USER_CONFIRM');
  await control('POST', 'transfers/BILL1', { action: 'confirm', package: data.package_info });
  const found = await wxpay.v3.fundApp.mchTransfer.transferBills.outBillNo.$number$.get({ number: 'BILL1' });
  assert.equal(found.data.state, 'SUCCESS');
});

await step('upload a picture', async () => {
  const picture = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
  const meta = { filename: 'licence.png', sha256: createHash('sha256').update(picture).digest('hex') };
  const form = new Multipart();
  form.append('meta', JSON.stringify(meta), 'meta.json').append('file', picture, meta.filename);
  const { data } = await wxpay.v3.merchant.media.upload.post(form.getBuffer(), {
    meta, headers: { ...form.getHeaders() },
  });
  assert.ok(data.media_id.length > 20);
});

await step('download a trade bill, plain and gzip', async () => {
  const { now } = await control('GET', 'clock');
  await control('POST', 'clock', { advance_seconds: 2 * 86400 });
  for (const kind of [undefined, 'GZIP']) {
    const { data } = await wxpay.v3.bill.tradebill.get({
      params: { bill_date: now.slice(0, 10), bill_type: 'ALL', ...(kind && { tar_type: kind }) },
    });
    const url = new URL(data.download_url);
    const file = await wxpay.v3.billdownload.file.get({
      params: Object.fromEntries(url.searchParams), responseType: 'arraybuffer', transformResponse: [],
    });
    const body = Buffer.from(file.data);
    const text = kind ? gunzipSync(body) : body;
    assert.equal(createHash('sha1').update(text).digest('hex'), data.hash_value);
    assert.ok(text.toString().includes('`PARTNER-1,'), text.toString());
  }
});

listener.close();
finish();
