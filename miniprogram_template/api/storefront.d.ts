/* Written by `npm run api` from infra/openapi. */
export interface paths {
    "/s/{shop}/v1/addresses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * My addresses
         * @description Return all of them, at most 20: the default one first.
         */
        get: operations["shop_members_storefront_addresses"];
        put?: never;
        /**
         * Add an address
         * @description The first one becomes the default. Refused: 409 too_many_addresses.
         */
        post: operations["shop_members_storefront_add_address"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/s/{shop}/v1/addresses/{address_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An address
         * @description Return one of my addresses.
         */
        get: operations["shop_members_storefront_address"];
        put?: never;
        post?: never;
        /**
         * Remove an address
         * @description Forget an address; orders keep their own copy.
         */
        delete: operations["shop_members_storefront_remove_address"];
        options?: never;
        head?: never;
        /**
         * Change an address
         * @description Change the fields that are sent.
         */
        patch: operations["shop_members_storefront_change_address"];
        trace?: never;
    };
    "/s/{shop}/v1/aftersales": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * My refund requests
         * @description The newest first; those of one order with `order_id`.
         */
        get: operations["shop_aftersale_storefront_list_requests"];
        put?: never;
        /**
         * Ask for money back
         * @description Needs the header Idempotency-Key. One request at a time for an order.
         *
         *     Refusals: order_unknown, nothing_to_give_back, already_requested, idempotency_key_missing,
         *     idempotency_key_reused.
         */
        post: operations["shop_aftersale_storefront_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/s/{shop}/v1/aftersales/{aftersale_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One of my refund requests
         * @description What was asked, and how it went.
         */
        get: operations["shop_aftersale_storefront_show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/s/{shop}/v1/aftersales/{aftersale_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a refund request back
         * @description Until the shop has answered. Again changes nothing. Refusal: request_already_answered.
         */
        post: operations["shop_aftersale_storefront_cancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/s/{shop}/v1/cart": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The cart with the prices of now
         * @description Lines that cannot be bought now stand apart, with the reason.
         */
        get: operations["shop_cart_storefront_show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/s/{shop}/v1/cart/lines": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Put an item into the cart
         * @description Add to what is there. Refusals: sku_not_for_sale, cart_is_full, too_many_of_one_item.
         */
        post: operations["shop_cart_storefront_add_line"];
        /**
         * Take items out of the cart
         * @description Ids that are not in the cart are no matter.
         */
        delete: operations["shop_cart_storefront_remove_lines"];
        options?: never;
        head?: never;
        /**
         * Tick or untick several items
         * @description Ids that are not in the cart are no matter.
         */
        patch: operations["shop_cart_storefront_tick_lines"];
        trace?: never;
    };
    "/s/{shop}/v1/cart/lines/{sku_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change quantity or tick
         * @description Set what is given. Refusal: not_in_cart.
         */
        patch: operations["shop_cart_storefront_change_line"];
        trace?: never;
    };
    "/s/{shop}/v1/cart/lines/{sku_id}/replace": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Choose another option
         * @description Move the quantity to another SKU of the same product.
         *
         *     Refusals: not_in_cart, not_same_product, sku_not_for_sale, too_many_of_one_item.
         */
        post: operations["shop_cart_storefront_replace_line"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/s/{shop}/v1/categories": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The categories
         * @description Two levels, in their order, with the number of products on sale.
         */
        get: operations["shop_catalog_storefront_categories"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/s/{shop}/v1/checkout/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What would it cost
         * @description Quote as the order would be: the same calculation, to the minor unit. Holds nothing.
         *
         *     Refusals: nothing_to_buy, address_unknown, pickup_not_offered, pickup_point_gone,
         *     sku_not_for_sale, stock_ran_out, coupon_unknown, coupon_unfit.
         */
        post: operations["shop_orders_storefront_preview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/s/{shop}/v1/coupons": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Coupons to claim
         * @description The newest twenty that are left; with `product_id` those that cover it.
         *
         *     Open to everybody; whoever signed in also reads what they have claimed.
         */
        get: operations["shop_coupons_storefront_list_claimable"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/s/{shop}/v1/coupons/mine": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * My coupons
         * @description The newest first, with how many there are behind each tab.
         */
        get: operations["shop_coupons_storefront_list_mine"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/s/{shop}/v1/coupons/{coupon_id}/claim": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Claim a coupon
         * @description Needs the header Idempotency-Key: the same key gives the same coupon.
         *
         *     Refusals: coupon_not_offered, coupons_all_claimed, coupon_claimed_already,
         *     idempotency_key_missing, idempotency_key_reused.
         */
        post: operations["shop_coupons_storefront_claim"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/s/{shop}/v1/distribution": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The programme and I
         * @description The rules, where I stand, my link, and what I have earned.
         */
        get: operations["shop_distribution_storefront_show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/s/{shop}/v1/distribution/apply": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Become a distributor
         * @description At once where everyone may, else after the shop's yes. Again changes nothing.
         *
         *     Refusal: programme_closed.
         */
        post: operations["shop_distribution_storefront_apply"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/s/{shop}/v1/distribution/commissions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What I earned
         * @description The newest first. Refusal: cursor_invalid.
         */
        get: operations["shop_distribution_storefront_list_commissions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/s/{shop}/v1/distribution/commissions/{commission_id}/explanation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Why is my commission this high
         * @description Each line's share, less what went back of it.
         */
        get: operations["shop_distribution_storefront_explain"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/s/{shop}/v1/distribution/visits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * I came through a link
         * @description Note whose link it was. What does not count is passed over in silence.
         */
        post: operations["shop_distribution_storefront_visit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/s/{shop}/v1/home": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The shop front
         * @description Everything that the first page shows, with an ETag.
         */
        get: operations["shop_home_storefront_home"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/s/{shop}/v1/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in with the code of wx.login
         * @description Refused: 401 login_code_refused, 403 app_of_another_shop, member_blocked,
         *     member_blocked_by_we_chat, 503 sign_in_unavailable.
         */
        post: operations["shop_members_storefront_login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/s/{shop}/v1/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign out this device
         * @description End the token that this request brings.
         */
        post: operations["shop_members_storefront_logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/s/{shop}/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who am I
         * @description Return the member whose token this is.
         */
        get: operations["shop_members_storefront_me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change my nickname
         * @description Have it checked: until it passed, others see the one before. Refused: 429
         *     submitted_too_often.
         */
        patch: operations["shop_members_storefront_change_me"];
        trace?: never;
    };
    "/s/{shop}/v1/notices/templates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What to ask a customer for, and when
         * @description Ask at the tap that the moment names: each “yes” is worth one message of that template.
         */
        get: operations["shop_notices_storefront_templates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/s/{shop}/v1/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * My orders
         * @description The newest first, with how many there are behind each tab.
         */
        get: operations["shop_orders_storefront_list_orders"];
        put?: never;
        /**
         * Buy
         * @description Needs the header Idempotency-Key: the same key gives the same order and the same bytes.
         *
         *     Refusals: nothing_to_buy, address_unknown, pickup_not_offered, pickup_point_gone,
         *     sku_not_for_sale, stock_ran_out, coupon_unknown, coupon_unfit, coupon_taken, price_changed (409,
         *     with the new total), idempotency_key_missing, idempotency_key_reused.
         */
        post: operations["shop_orders_storefront_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/s/{shop}/v1/orders/{order_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One of my orders
         * @description Lines, parcels, history, and how payment and refund stand.
         */
        get: operations["shop_orders_storefront_show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/s/{shop}/v1/orders/{order_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give up an order
         * @description Close the payment and free the stock. Again changes nothing.
         *
         *     Refusals: order_already_paid, payment_unavailable (503; nothing was changed).
         */
        post: operations["shop_orders_storefront_cancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/s/{shop}/v1/orders/{order_id}/confirm-receipt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * I have it
         * @description Complete a shipped order. Again changes nothing.
         *
         *     Refusals: order_cannot_move, order_is_being_refunded.
         */
        post: operations["shop_orders_storefront_confirm_receipt"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/s/{shop}/v1/orders/{order_id}/explanations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Why does my order cost this
         * @description Its total, its freight, and each refund.
         */
        get: operations["shop_explanations_storefront_of_order"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/s/{shop}/v1/orders/{order_id}/pay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pay
         * @description Return what `wx.requestPayment` takes; again gives the same attempt.
         *
         *     Refusals: order_already_paid, order_not_payable, other_mini_program, shop_cannot_be_paid,
         *     payment_unavailable (503).
         */
        post: operations["shop_orders_storefront_pay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/s/{shop}/v1/orders/{order_id}/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask WeChat now
         * @description Ask whether the order was paid, then show it. Refusal: payment_unavailable (503).
         */
        post: operations["shop_orders_storefront_refresh"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/s/{shop}/v1/pickup-points": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where an order can be fetched
         * @description The points that an order may name; none where the shop only sends.
         */
        get: operations["shop_pickup_points_storefront_list_points"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/s/{shop}/v1/products": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What is on sale
         * @description A category includes its children. Refused: 422 cursor_invalid.
         */
        get: operations["shop_catalog_storefront_products"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/s/{shop}/v1/products/{product_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A product
         * @description Every SKU that can be chosen, with what is left of it. 404 for what is not on sale.
         */
        get: operations["shop_catalog_storefront_product"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/s/{shop}/v1/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Search what is on sale
         * @description Products that hold every word of `q`. Refused: 422 cursor_invalid.
         */
        get: operations["shop_catalog_storefront_search"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/s/{shop}/v1/search/hot-words": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What others search for
         * @description The owner's words, else the titles of what sells best, with an ETag.
         */
        get: operations["shop_home_storefront_hot_words"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/s/{shop}/v1/theme": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How the shop looks
         * @description Name, logo, ten levels of the brand colour, words and modules, with an ETag.
         */
        get: operations["shop_home_storefront_theme"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/s/{shop}/v1/wallet": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * My wallet
         * @description What can be withdrawn, what is on its way, what is owed, and the rules.
         */
        get: operations["shop_wallets_storefront_show_wallet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/s/{shop}/v1/wallet/entries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How my wallet moved
         * @description The latest first, each with its reason. Refusal: cursor_invalid.
         */
        get: operations["shop_wallets_storefront_list_entries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/s/{shop}/v1/wallet/quote": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What would a withdrawal cost
         * @description Fee and net of an amount, as the request would have them. Holds nothing.
         *
         *     Refusals: withdrawals_closed, withdrawal_too_small, fee_leaves_too_little.
         */
        get: operations["shop_wallets_storefront_quote"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/s/{shop}/v1/withdrawals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * My withdrawals
         * @description The newest first. Refusal: cursor_invalid.
         */
        get: operations["shop_wallets_storefront_list_withdrawals"];
        put?: never;
        /**
         * Withdraw
         * @description Needs the header Idempotency-Key. The amount is held from now on.
         *
         *     Refusals: withdrawals_closed, withdrawal_too_small, fee_leaves_too_little, net_changed,
         *     name_needed, wallet_in_debt, wallet_too_small, daily_amount_reached, daily_count_reached,
         *     idempotency_key_missing, idempotency_key_reused.
         */
        post: operations["shop_wallets_storefront_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/s/{shop}/v1/withdrawals/{withdrawal_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One of my withdrawals
         * @description How it stands, and how to confirm it while WeChat waits for that.
         */
        get: operations["shop_wallets_storefront_show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/s/{shop}/v1/withdrawals/{withdrawal_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a withdrawal back
         * @description Until it is paid. What WeChat has already is `cancelling` until WeChat says that it is not
         *     paid. Again changes nothing.
         *
         *     Refusals: withdrawal_cannot_move, transfer_may_be_on_its_way, transfer_unavailable (503).
         */
        post: operations["shop_wallets_storefront_cancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/s/{shop}/v1/withdrawals/{withdrawal_id}/explanation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Why does so much of my withdrawal arrive
         * @description What was asked for, less the fee.
         */
        get: operations["shop_explanations_storefront_of_withdrawal"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/s/{shop}/v1/withdrawals/{withdrawal_id}/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask WeChat now
         * @description After wx.requestMerchantTransfer, whose own answer proves nothing.
         *
         *     Refusal: transfer_unavailable (503; nothing was changed).
         */
        post: operations["shop_wallets_storefront_refresh"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** AddressChange */
        AddressChange: {
            /** City */
            city?: string | null;
            /** Country */
            country?: string | null;
            /** District */
            district?: string | null;
            /** Is Default */
            is_default?: boolean | null;
            /** Phone */
            phone?: string | null;
            /** Postcode */
            postcode?: string | null;
            /** Province */
            province?: string | null;
            /** Recipient */
            recipient?: string | null;
            /** Street */
            street?: string | null;
        };
        /**
         * AddressIn
         * @description `phone` may hold digits, spaces, `+` and `-`; `country` is ISO 3166.
         */
        AddressIn: {
            /** City */
            city: string;
            /**
             * Country
             * @default CN
             */
            country: string;
            /**
             * District
             * @default
             */
            district: string;
            /**
             * Is Default
             * @default false
             */
            is_default: boolean;
            /** Phone */
            phone: string;
            /**
             * Postcode
             * @default
             */
            postcode: string;
            /** Province */
            province: string;
            /** Recipient */
            recipient: string;
            /** Street */
            street: string;
        };
        /** AddressOut */
        AddressOut: {
            /** City */
            city: string;
            /** Country */
            country: string;
            /** District */
            district: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Is Default */
            is_default: boolean;
            /** Phone */
            phone: string;
            /** Postcode */
            postcode: string;
            /** Province */
            province: string;
            /** Recipient */
            recipient: string;
            /** Street */
            street: string;
        };
        /** AddressesOut */
        AddressesOut: {
            /** Items */
            items: components["schemas"]["AddressOut"][];
        };
        /**
         * AfterSaleIn
         * @description Ask for the money of a whole order.
         */
        AfterSaleIn: {
            /**
             * Description
             * @default
             */
            description: string;
            /**
             * Order Id
             * Format: uuid
             */
            order_id: string;
            reason: components["schemas"]["Reason"];
        };
        /**
         * AfterSaleOrder
         * @description The order that a request is about.
         */
        AfterSaleOrder: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Lines */
            lines: components["schemas"]["OrderLineOut"][];
            /** Number */
            number: string;
            /** Parcels Count */
            parcels_count: number;
            /** State */
            state: string;
            /** Total Minor */
            total_minor: number;
        };
        /**
         * AfterSaleOut
         * @description A request. `answer` is why the shop refused it.
         */
        AfterSaleOut: {
            /** Amount Minor */
            amount_minor: number;
            /** Answer */
            answer: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Currency */
            currency: string;
            /** Description */
            description: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            order: components["schemas"]["AfterSaleOrder"];
            reason: components["schemas"]["Reason"];
            state: components["schemas"]["AfterSaleState"];
            /** Steps */
            steps: components["schemas"]["AfterSaleStepOut"][];
        };
        /**
         * AfterSalePage
         * @description A page of a customer's requests.
         */
        AfterSalePage: {
            /** Items */
            items: components["schemas"]["AfterSaleOut"][];
            /** Next */
            next: string | null;
        };
        /**
         * AfterSaleState
         * @description Where a request stands. Only `shop.aftersale.moving` writes it.
         * @enum {string}
         */
        AfterSaleState: "requested" | "agreed" | "refunded" | "refused" | "cancelled";
        /**
         * AfterSaleStepOut
         * @description One line of a request's history.
         */
        AfterSaleStepOut: {
            /**
             * At
             * Format: date-time
             */
            at: string;
            state: components["schemas"]["AfterSaleState"];
        };
        /**
         * BannerOut
         * @description `product_id` is null where the banner leads nowhere that is on sale.
         */
        BannerOut: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Image Url */
            image_url: string;
            /** Product Id */
            product_id: string | null;
            /** Title */
            title: string;
        };
        /**
         * BoughtLineOut
         * @description A line of an order, with what of it has gone out.
         */
        BoughtLineOut: {
            /** Amount Minor */
            amount_minor: number;
            /** Discount Minor */
            discount_minor: number;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Image Url */
            image_url: string;
            /** Label */
            label: string;
            /**
             * Product Id
             * Format: uuid
             */
            product_id: string;
            /** Quantity */
            quantity: number;
            /** Quantity Cancelled */
            quantity_cancelled: number;
            /** Quantity Refunded */
            quantity_refunded: number;
            /** Quantity Shipped */
            quantity_shipped: number;
            /** Refunded Minor */
            refunded_minor: number;
            /**
             * Sku Id
             * Format: uuid
             */
            sku_id: string;
            /** Title */
            title: string;
            /** Unit Price Minor */
            unit_price_minor: number;
        };
        /**
         * CarrierOut
         * @description A courier by WeChat's code.
         */
        CarrierOut: {
            /** Code */
            code: string;
            /** En */
            en: string;
            /** Zh */
            zh: string;
        };
        /**
         * CartLineOut
         * @description A line that can be bought now. Money in minor units.
         */
        CartLineOut: {
            /** Amount Minor */
            amount_minor: number;
            /** Available */
            available: number;
            /** Image Url */
            image_url: string | null;
            /** Label */
            label: string;
            /** Price Minor */
            price_minor: number;
            /**
             * Product Id
             * Format: uuid
             */
            product_id: string;
            /** Quantity */
            quantity: number;
            /** Selected */
            selected: boolean;
            /**
             * Sku Id
             * Format: uuid
             */
            sku_id: string;
            /** Title */
            title: string;
        };
        /**
         * CartOut
         * @description The whole cart. Totals count the ticked lines that can be bought.
         */
        CartOut: {
            /** Currency */
            currency: string;
            /** Goods Minor */
            goods_minor: number;
            /** Invalid */
            invalid: components["schemas"]["InvalidLineOut"][];
            /** Lines */
            lines: components["schemas"]["CartLineOut"][];
            /** Selected Count */
            selected_count: number;
        };
        /** CategoryEntry */
        CategoryEntry: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Name */
            name: string;
        };
        /**
         * CategoryNode
         * @description `product_count` is what is on sale in it, its children's included.
         */
        CategoryNode: {
            /** Children */
            children: components["schemas"]["CategoryNode"][];
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Name */
            name: string;
            /** Product Count */
            product_count: number;
        };
        /** CategoryTree */
        CategoryTree: {
            /** Items */
            items: components["schemas"]["CategoryNode"][];
        };
        /**
         * Channel
         * @description How the money reaches the customer.
         * @enum {string}
         */
        Channel: "wechat" | "manual";
        /**
         * CheckoutCouponOut
         * @description A coupon of the buyer's at checkout. Usable: `discount_minor` is what it takes off. If not,
         *     `reason` is not_begun, not_covered, below_least (`missing_minor` more of its goods are needed)
         *     or nothing_off.
         */
        CheckoutCouponOut: {
            /** Amount Minor */
            amount_minor: number;
            /** Discount Minor */
            discount_minor: number;
            /**
             * Ends At
             * Format: date-time
             */
            ends_at: string;
            /** Is Usable */
            is_usable: boolean;
            kind: components["schemas"]["CouponKind"];
            /** Least Minor */
            least_minor: number;
            /**
             * Member Coupon Id
             * Format: uuid
             */
            member_coupon_id: string;
            /** Missing Minor */
            missing_minor: number;
            /** Most Minor */
            most_minor: number | null;
            /** Rate Bp */
            rate_bp: number;
            /** Reason */
            reason: string | null;
            scope: components["schemas"]["CouponScope"];
            /**
             * Starts At
             * Format: date-time
             */
            starts_at: string;
            /** Title */
            title: string;
        };
        /**
         * ClaimableOut
         * @description A coupon that may be claimed. `is_claimed`: this member has had as many as one may.
         */
        ClaimableOut: {
            /** Amount Minor */
            amount_minor: number;
            /** Currency */
            currency: string;
            /** Days */
            days: number | null;
            /** Ends At */
            ends_at: string | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Is Claimed */
            is_claimed: boolean;
            kind: components["schemas"]["CouponKind"];
            /** Least Minor */
            least_minor: number;
            /** Left */
            left: number;
            /** Most Minor */
            most_minor: number | null;
            /** Per Member */
            per_member: number;
            /** Rate Bp */
            rate_bp: number;
            scope: components["schemas"]["CouponScope"];
            /** Scope Ids */
            scope_ids: string[];
            /** Starts At */
            starts_at: string | null;
            /** Title */
            title: string;
        };
        /**
         * ClaimablesOut
         * @description What may be claimed now.
         */
        ClaimablesOut: {
            /** Items */
            items: components["schemas"]["ClaimableOut"][];
        };
        /**
         * CollectingIn
         * @description At which point the order is fetched, and who comes.
         */
        CollectingIn: {
            /** Phone */
            phone: string;
            /**
             * Point Id
             * Format: uuid
             */
            point_id: string;
            /** Recipient */
            recipient: string;
        };
        /**
         * CommissionOut
         * @description What an order brings. `amount_minor` before anything went back, `kept_minor` what is left;
         *     `settled_minor` is in the wallet, `due_at` is when it gets there.
         */
        CommissionOut: {
            /** Amount Minor */
            amount_minor: number;
            /** Base Minor */
            base_minor: number;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Currency */
            currency: string;
            /** Due At */
            due_at: string | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Kept Minor */
            kept_minor: number;
            /** Order Number */
            order_number: string;
            /** Settled At */
            settled_at: string | null;
            /** Settled Minor */
            settled_minor: number;
            state: components["schemas"]["CommissionState"];
        };
        /**
         * CommissionPage
         * @description A page of commissions, the newest first.
         */
        CommissionPage: {
            /** Items */
            items: components["schemas"]["CommissionOut"][];
            /** Next */
            next: string | null;
        };
        /**
         * CommissionState
         * @description Where the commission of an order stands. Only `distribution.moves` writes it.
         * @enum {string}
         */
        CommissionState: "pending" | "holding" | "settled" | "void";
        /**
         * ConfirmationOut
         * @description The arguments of `wx.requestMerchantTransfer`, as they are.
         */
        ConfirmationOut: {
            /** Appid */
            appId: string;
            /** Mchid */
            mchId: string;
            /** Package */
            package: string;
            /** Submchid */
            subMchId: string;
        };
        /**
         * ContentOut
         * @description How many pieces of a line are in a parcel.
         */
        ContentOut: {
            /**
             * Line Id
             * Format: uuid
             */
            line_id: string;
            /** Quantity */
            quantity: number;
        };
        /**
         * CouponKind
         * @description How the discount is said.
         * @enum {string}
         */
        CouponKind: "fixed" | "percent";
        /**
         * CouponOut
         * @description A coupon as everybody may read it. `rate_bp` are 1/10000ths off.
         */
        CouponOut: {
            /** Amount Minor */
            amount_minor: number;
            /** Currency */
            currency: string;
            /** Days */
            days: number | null;
            /** Ends At */
            ends_at: string | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            kind: components["schemas"]["CouponKind"];
            /** Least Minor */
            least_minor: number;
            /** Most Minor */
            most_minor: number | null;
            /** Per Member */
            per_member: number;
            /** Rate Bp */
            rate_bp: number;
            scope: components["schemas"]["CouponScope"];
            /** Scope Ids */
            scope_ids: string[];
            /** Starts At */
            starts_at: string | null;
            /** Title */
            title: string;
        };
        /**
         * CouponScope
         * @description Which goods a coupon covers.
         * @enum {string}
         */
        CouponScope: "all" | "categories" | "products";
        /**
         * CreatedOut
         * @description An order that was made; `state` is `paid` at once where it costs nothing.
         */
        CreatedOut: {
            /** Currency */
            currency: string;
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Number */
            number: string;
            /** State */
            state: string;
            /** Total Minor */
            total_minor: number;
        };
        /**
         * DistributorState
         * @description Where a distributor stands. Only `distribution.moves` writes it.
         * @enum {string}
         */
        DistributorState: "applied" | "active" | "paused" | "refused";
        /**
         * Entry
         * @description Who may become a distributor.
         * @enum {string}
         */
        Entry: "apply" | "everyone";
        /**
         * EntryOut
         * @description One movement of a wallet. `kind`: distribution, claw_back, write_off, hold (asked for),
         *     resolution (it came back), share, share_return. The steps derive `amount_minor`.
         */
        EntryOut: {
            /** Amount Minor */
            amount_minor: number;
            /**
             * At
             * Format: date-time
             */
            at: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Kind */
            kind: string;
            reason: components["schemas"]["LabelOut"];
            /** Reference */
            reference: string;
            /** Steps */
            steps: components["schemas"]["ExplanationStepOut"][];
        };
        /**
         * EntryPage
         * @description A page of a wallet's movements, the latest first.
         */
        EntryPage: {
            /** Items */
            items: components["schemas"]["EntryOut"][];
            /** Next */
            next: string | null;
        };
        /**
         * ExplanationOut
         * @description Why an amount is what it is: `amount_minor` is exactly the sum of the steps.
         *
         *     `subject`: total, discount, freight, refund, fee, commission, withdrawal.
         */
        ExplanationOut: {
            /** Amount Minor */
            amount_minor: number;
            /** Currency */
            currency: string;
            label: components["schemas"]["LabelOut"];
            /** Reference */
            reference: string;
            /** Steps */
            steps: components["schemas"]["ExplanationStepOut"][];
            /** Subject */
            subject: string;
        };
        /**
         * ExplanationStepOut
         * @description One step of the sum. `inputs`: `…_minor` are minor units, `…_bp` 1/10000ths.
         */
        ExplanationStepOut: {
            /** Amount Minor */
            amount_minor: number;
            /** Inputs */
            inputs: {
                [key: string]: number | string;
            };
            label: components["schemas"]["LabelOut"];
            /** Rule */
            rule: string;
        };
        /**
         * HomeCoupon
         * @description A coupon that may be claimed, as the front shows it.
         */
        HomeCoupon: {
            /** Amount Minor */
            amount_minor: number;
            /** Currency */
            currency: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            kind: components["schemas"]["CouponKind"];
            /** Least Minor */
            least_minor: number;
            /** Most Minor */
            most_minor: number | null;
            /** Rate Bp */
            rate_bp: number;
            /** Title */
            title: string;
        };
        /**
         * HomeOut
         * @description The shop front. `coupons` are the newest that may be claimed.
         */
        HomeOut: {
            /** Announcement */
            announcement: string;
            /** Banners */
            banners: components["schemas"]["BannerOut"][];
            /** Categories */
            categories: components["schemas"]["CategoryEntry"][];
            /** Chosen */
            chosen: components["schemas"]["ProductCard"][];
            /** Coupons */
            coupons: components["schemas"]["HomeCoupon"][];
            /** Name */
            name: string;
            /** Newest */
            newest: components["schemas"]["ProductCard"][];
        };
        /**
         * HotWordsOut
         * @description What to offer on the search page, at most ten: the owner's words, else what sells best.
         */
        HotWordsOut: {
            /** Items */
            items: string[];
        };
        /**
         * InvalidLineOut
         * @description A line that cannot be bought now. `reason`: not_for_sale, sold_out or short_stock.
         */
        InvalidLineOut: {
            /** Available */
            available: number;
            /** Image Url */
            image_url: string | null;
            /** Label */
            label: string;
            /** Price Minor */
            price_minor: number;
            /**
             * Product Id
             * Format: uuid
             */
            product_id: string;
            /** Quantity */
            quantity: number;
            /** Reason */
            reason: string;
            /**
             * Sku Id
             * Format: uuid
             */
            sku_id: string;
            /** Title */
            title: string;
        };
        /**
         * LabelOut
         * @description The same in Chinese and in English.
         */
        LabelOut: {
            /** En */
            en: string;
            /** Zh */
            zh: string;
        };
        /**
         * LineChange
         * @description What is to change; what is absent stays.
         */
        LineChange: {
            /** Quantity */
            quantity?: number | null;
            /** Selected */
            selected?: boolean | null;
        };
        /**
         * LineIn
         * @description So many more of one SKU.
         */
        LineIn: {
            /**
             * Quantity
             * @default 1
             */
            quantity: number;
            /**
             * Sku Id
             * Format: uuid
             */
            sku_id: string;
        };
        /**
         * LinesOut
         * @description SKUs to take out.
         */
        LinesOut: {
            /** Sku Ids */
            sku_ids: string[];
        };
        /** LoginIn */
        LoginIn: {
            /** Appid */
            appid: string;
            /** Code */
            code: string;
        };
        /** LoginOut */
        LoginOut: {
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
            member: components["schemas"]["MemberOut"];
            /** Token */
            token: string;
        };
        /** MemberChange */
        MemberChange: {
            /** Nickname */
            nickname: string;
        };
        /**
         * MemberCouponOut
         * @description A member's coupon. `state`: usable, reserved, used or expired; `order_id`: who holds it.
         */
        MemberCouponOut: {
            coupon: components["schemas"]["CouponOut"];
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Ends At
             * Format: date-time
             */
            ends_at: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Order Id */
            order_id: string | null;
            /**
             * Starts At
             * Format: date-time
             */
            starts_at: string;
            /** State */
            state: string;
        };
        /**
         * MemberCouponPage
         * @description A page of a member's coupons, and how many there are behind each tab.
         */
        MemberCouponPage: {
            /** Counts */
            counts: {
                [key: string]: number;
            };
            /** Items */
            items: components["schemas"]["MemberCouponOut"][];
            /** Next */
            next: string | null;
        };
        /**
         * MemberOut
         * @description `nickname` is what others see. `pending_nickname` was asked for and is not shown, because it
         *     is held or was refused (`nickname_standing`, and why in `nickname_reason`); else it is empty.
         */
        MemberOut: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Nickname */
            nickname: string;
            /** Nickname Reason */
            nickname_reason: string;
            nickname_standing: components["schemas"]["StandingState"];
            /** Pending Nickname */
            pending_nickname: string;
        };
        /**
         * Module
         * @description A part of the mini-program: one subpackage of the template, and the operations it needs.
         * @enum {string}
         */
        Module: "shop" | "market" | "cashback" | "owner";
        /**
         * Moment
         * @description When the mini-program may ask for permits: it needs a tap (CONTRACT §7).
         * @enum {string}
         */
        Moment: "pay" | "refund";
        /**
         * MomentOut
         * @description Ask for these, with wx.requestSubscribeMessage, at this moment; there may be none.
         */
        MomentOut: {
            moment: components["schemas"]["Moment"];
            /** Template Ids */
            template_ids: string[];
        };
        /** MomentsOut */
        MomentsOut: {
            /** Items */
            items: components["schemas"]["MomentOut"][];
        };
        /**
         * MyDistributionOut
         * @description The programme, and where I stand in it; `state` null: I never asked.
         *
         *     `code` and `path` are there for active distributors: the path of the mini-program's page that
         *     the link opens. `pending_minor` is earned and not in the wallet yet.
         */
        MyDistributionOut: {
            /** Code */
            code: string | null;
            /** Currency */
            currency: string;
            /** Orders Count */
            orders_count: number;
            /** Path */
            path: string | null;
            /** Pending Minor */
            pending_minor: number;
            programme: components["schemas"]["ProgrammeOut"];
            /** Settled Minor */
            settled_minor: number;
            state: components["schemas"]["DistributorState"] | null;
        };
        /**
         * MyOrder
         * @description An order as its buyer sees it. `ticket`: while it waits to be fetched.
         */
        MyOrder: {
            address: components["schemas"]["ShipToOut"];
            /** Cancelled At */
            cancelled_at: string | null;
            /** Completed At */
            completed_at: string | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Currency */
            currency: string;
            /** Discount Minor */
            discount_minor: number;
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
            /** Explain */
            explain: components["schemas"]["ReasonOut"][];
            /** Freight Minor */
            freight_minor: number;
            /** Goods Minor */
            goods_minor: number;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Lines */
            lines: components["schemas"]["BoughtLineOut"][];
            /** Number */
            number: string;
            /** Paid At */
            paid_at: string | null;
            /** Parcels */
            parcels: components["schemas"]["ParcelOut"][];
            /** Payment State */
            payment_state: string;
            pickup: components["schemas"]["PickupOut"] | null;
            /** Refund State */
            refund_state: string;
            /** Refunded Minor */
            refunded_minor: number;
            /** Refunds */
            refunds: components["schemas"]["RefundOut"][];
            /** Remark */
            remark: string;
            /** Shipped At */
            shipped_at: string | null;
            /** State */
            state: string;
            /** Steps */
            steps: components["schemas"]["StepOut"][];
            ticket: components["schemas"]["TicketOut"] | null;
            /** Total Minor */
            total_minor: number;
        };
        /**
         * MyWithdrawalOut
         * @description A withdrawal as its member sees it, with what confirms it while WeChat waits for that.
         */
        MyWithdrawalOut: {
            /** Amount Minor */
            amount_minor: number;
            /** Answer */
            answer: string;
            channel: components["schemas"]["Channel"];
            /** Confirm By */
            confirm_by: string | null;
            confirmation: components["schemas"]["ConfirmationOut"] | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Currency */
            currency: string;
            /** Ended At */
            ended_at: string | null;
            /** Fail Reason */
            fail_reason: string;
            /** Fee Minor */
            fee_minor: number;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Net Minor */
            net_minor: number;
            /** Number */
            number: string;
            state: components["schemas"]["WithdrawalState"];
            /** Steps */
            steps: components["schemas"]["WithdrawalStepOut"][];
        };
        /**
         * OfferedPointOut
         * @description A point that a buyer may choose.
         */
        OfferedPointOut: {
            /** Address */
            address: string;
            /** Hours */
            hours: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Name */
            name: string;
            /** Phone */
            phone: string;
        };
        /**
         * OfferedPointsOut
         * @description No items: the shop offers no pick-up.
         */
        OfferedPointsOut: {
            /** Items */
            items: components["schemas"]["OfferedPointOut"][];
        };
        /**
         * OrderIn
         * @description Buy it: sent to `address_id`, or fetched as `pickup` says; one of the two.
         *
         *     With `expected_total_minor` a changed price refuses instead of surprising.
         */
        OrderIn: {
            /** Address Id */
            address_id?: string | null;
            /** Expected Total Minor */
            expected_total_minor?: number | null;
            /**
             * From Cart
             * @default false
             */
            from_cart: boolean;
            /** Lines */
            lines?: components["schemas"]["WantedLine"][] | null;
            /** Member Coupon Id */
            member_coupon_id?: string | null;
            pickup?: components["schemas"]["CollectingIn"] | null;
            /**
             * Remark
             * @default
             */
            remark: string;
        };
        /**
         * OrderLineOut
         * @description A line as it was bought, or would be. It is paid with `amount_minor - discount_minor`.
         */
        OrderLineOut: {
            /** Amount Minor */
            amount_minor: number;
            /** Discount Minor */
            discount_minor: number;
            /** Image Url */
            image_url: string;
            /** Label */
            label: string;
            /**
             * Product Id
             * Format: uuid
             */
            product_id: string;
            /** Quantity */
            quantity: number;
            /**
             * Sku Id
             * Format: uuid
             */
            sku_id: string;
            /** Title */
            title: string;
            /** Unit Price Minor */
            unit_price_minor: number;
        };
        /**
         * OrderOut
         * @description An order as a list shows it; with `pickup` it is fetched, not sent.
         */
        OrderOut: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Currency */
            currency: string;
            /** Discount Minor */
            discount_minor: number;
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
            /** Freight Minor */
            freight_minor: number;
            /** Goods Minor */
            goods_minor: number;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Lines */
            lines: components["schemas"]["OrderLineOut"][];
            /** Number */
            number: string;
            /** Parcels Count */
            parcels_count: number;
            pickup: components["schemas"]["PickupOut"] | null;
            /** Refunded Minor */
            refunded_minor: number;
            /** State */
            state: string;
            /** Total Minor */
            total_minor: number;
        };
        /**
         * OrderPage
         * @description A page of a buyer's orders, and how many there are behind each tab.
         */
        OrderPage: {
            /** Counts */
            counts: {
                [key: string]: number;
            };
            /** Items */
            items: components["schemas"]["OrderOut"][];
            /** Next */
            next: string | null;
        };
        /**
         * ParcelOut
         * @description A parcel on its way; without a courier what lies ready for the buyer.
         */
        ParcelOut: {
            carrier: components["schemas"]["CarrierOut"] | null;
            /** Carrier Code */
            carrier_code: string;
            /** Contents */
            contents: components["schemas"]["ContentOut"][];
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Shipped At
             * Format: date-time
             */
            shipped_at: string;
            /** Tracking Number */
            tracking_number: string;
        };
        /**
         * PayIn
         * @description In which mini-program the buyer is; the one of the sign-in if absent.
         */
        PayIn: {
            /** Appid */
            appid?: string | null;
        };
        /**
         * PickupOut
         * @description The point where an order is fetched, as it was when it was ordered.
         */
        PickupOut: {
            /** Address */
            address: string;
            /** Hours */
            hours: string;
            /** Name */
            name: string;
            /** Phone */
            phone: string;
            /**
             * Point Id
             * Format: uuid
             */
            point_id: string;
        };
        /**
         * PreviewIn
         * @description What would it cost, sent to this address or fetched at this point, with this coupon or the
         *     best there is.
         */
        PreviewIn: {
            /** Address Id */
            address_id?: string | null;
            /**
             * Best Coupon
             * @default false
             */
            best_coupon: boolean;
            /**
             * From Cart
             * @default false
             */
            from_cart: boolean;
            /** Lines */
            lines?: components["schemas"]["WantedLine"][] | null;
            /** Member Coupon Id */
            member_coupon_id?: string | null;
            /** Pickup Point Id */
            pickup_point_id?: string | null;
        };
        /**
         * PreviewOut
         * @description What the order would cost, and why. Nothing is held yet. `coupons` are the buyer's, the best
         *     first; `member_coupon_id` is the one that the total is made with.
         */
        PreviewOut: {
            address: components["schemas"]["ShipToOut"] | null;
            /** Coupons */
            coupons: components["schemas"]["CheckoutCouponOut"][];
            /** Currency */
            currency: string;
            /** Discount Minor */
            discount_minor: number;
            /** Explain */
            explain: components["schemas"]["ReasonOut"][];
            /** Freight Minor */
            freight_minor: number;
            /** Goods Minor */
            goods_minor: number;
            /** Lines */
            lines: components["schemas"]["OrderLineOut"][];
            /** Member Coupon Id */
            member_coupon_id: string | null;
            pickup: components["schemas"]["PickupOut"] | null;
            /** Total Minor */
            total_minor: number;
        };
        /**
         * Problem
         * @description RFC 9457. Switch on `code`; `detail` is a sentence in the caller's language.
         */
        Problem: {
            code: string;
            detail: string;
            errors?: Record<string, never>[];
            facts?: Record<string, never>;
            instance: string;
            request_id: string;
            status: number;
            title: string;
            type: string;
        };
        /**
         * ProductCard
         * @description `image_url` is relative to the host that answered unless it names one.
         *
         *     `compare_price_minor` is what the lowest price is compared to; null where nothing is.
         */
        ProductCard: {
            /** Compare Price Minor */
            compare_price_minor: number | null;
            /** Currency */
            currency: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Image Url */
            image_url: string | null;
            /** Is Available */
            is_available: boolean;
            /** Max Price Minor */
            max_price_minor: number;
            /** Price Minor */
            price_minor: number;
            /** Subtitle */
            subtitle: string;
            /** Title */
            title: string;
        };
        /**
         * ProductFilter
         * @description What a list keeps. Prices are those of cards: each product's lowest.
         */
        ProductFilter: {
            /** Category */
            category?: string | null;
            /**
             * In Stock
             * @default false
             */
            in_stock: boolean;
            /** Max Price Minor */
            max_price_minor?: number | null;
            /** Min Price Minor */
            min_price_minor?: number | null;
        };
        /** ProductImageOut */
        ProductImageOut: {
            /** Alt */
            alt: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Sku Id */
            sku_id: string | null;
            /** Small Url */
            small_url: string;
            /** Url */
            url: string;
        };
        /** ProductOut */
        ProductOut: {
            /** Category Id */
            category_id: string | null;
            /** Code */
            code: string;
            /** Currency */
            currency: string;
            /** Description Html */
            description_html: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Images */
            images: components["schemas"]["ProductImageOut"][];
            /** Max Price Minor */
            max_price_minor: number;
            /** Price Minor */
            price_minor: number;
            /** Skus */
            skus: components["schemas"]["SkuOut"][];
            /** Specs */
            specs: components["schemas"]["SpecOut"][];
            /** Subtitle */
            subtitle: string;
            /** Title */
            title: string;
            /** Vendor */
            vendor: string;
        };
        /** ProductPage */
        ProductPage: {
            /** Items */
            items: components["schemas"]["ProductCard"][];
            /** Next */
            next: string | null;
        };
        /**
         * ProgrammeOut
         * @description The rules. `rate_bp`/10000 of what is paid for the goods; days count from visit, receipt.
         */
        ProgrammeOut: {
            entry: components["schemas"]["Entry"];
            /** Hold Days */
            hold_days: number;
            /** Is Open */
            is_open: boolean;
            /** Rate Bp */
            rate_bp: number;
            touch: components["schemas"]["Touch"];
            /** Window Days */
            window_days: number;
        };
        /**
         * QuoteOut
         * @description What an amount costs and what arrives: net = amount - fee.
         */
        QuoteOut: {
            /** Amount Minor */
            amount_minor: number;
            /** Currency */
            currency: string;
            /** Fee Bp */
            fee_bp: number;
            /** Fee Fixed Minor */
            fee_fixed_minor: number;
            /** Fee Minor */
            fee_minor: number;
            /** Net Minor */
            net_minor: number;
        };
        /**
         * Reason
         * @description Why the customer wants the money back.
         * @enum {string}
         */
        Reason: "not_wanted" | "not_received" | "wrong_item" | "damaged" | "not_as_described" | "other";
        /**
         * ReasonOut
         * @description One step of the sum: what it is for, by which rule, how much. A discount's share of a line is
         *     `discount_minor` × `line_minor` / `base_minor`, and stands below zero.
         */
        ReasonOut: {
            /** Amount Minor */
            amount_minor: number;
            /**
             * Base Minor
             * @default 0
             */
            base_minor: number;
            /**
             * Coupon
             * @default
             */
            coupon: string;
            /**
             * Discount Minor
             * @default 0
             */
            discount_minor: number;
            /** Free From Minor */
            free_from_minor: number | null;
            /** Kind */
            kind: string;
            /**
             * Line Minor
             * @default 0
             */
            line_minor: number;
            /** Most Minor */
            most_minor?: number | null;
            /** Quantity */
            quantity: number;
            /**
             * Rate Bp
             * @default 0
             */
            rate_bp: number;
            /** Reference */
            reference: string;
            /** Rule */
            rule: string;
            /** Unit Price Minor */
            unit_price_minor: number;
        };
        /**
         * RefundOut
         * @description Money on its way back. `state`: requested, submitted, succeeded, abnormal, closed.
         */
        RefundOut: {
            /** Amount Minor */
            amount_minor: number;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Reason */
            reason: string;
            /** State */
            state: string;
            /** Succeeded At */
            succeeded_at: string | null;
        };
        /**
         * Replacement
         * @description The other option of the same product.
         */
        Replacement: {
            /**
             * Sku Id
             * Format: uuid
             */
            sku_id: string;
        };
        /**
         * RequestPaymentOut
         * @description The arguments of `wx.requestPayment`, as they are.
         */
        RequestPaymentOut: {
            /** Noncestr */
            nonceStr: string;
            /** Package */
            package: string;
            /** Paysign */
            paySign: string;
            /** Signtype */
            signType: string;
            /** Timestamp */
            timeStamp: string;
        };
        /**
         * ShipToOut
         * @description Where the parcels go. Of an order that is fetched: who comes; the rest is empty.
         */
        ShipToOut: {
            /** City */
            city: string;
            /** Country */
            country: string;
            /** District */
            district: string;
            /** Phone */
            phone: string;
            /** Postcode */
            postcode: string;
            /** Province */
            province: string;
            /** Recipient */
            recipient: string;
            /** Street */
            street: string;
        };
        /**
         * SkuOut
         * @description `value_ids` holds one value of each spec; a combination that no SKU has does not exist.
         */
        SkuOut: {
            /** Available */
            available: number;
            /** Code */
            code: string;
            /** Compare Price Minor */
            compare_price_minor: number | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Label */
            label: string;
            /** Price Minor */
            price_minor: number;
            /** Value Ids */
            value_ids: string[];
            /** Weight Grams */
            weight_grams: number;
        };
        /** SpecOut */
        SpecOut: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Name */
            name: string;
            /** Values */
            values: components["schemas"]["SpecValueOut"][];
        };
        /** SpecValueOut */
        SpecValueOut: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Value */
            value: string;
        };
        /**
         * StandingState
         * @description What a thing's current checks come to together.
         * @enum {string}
         */
        StandingState: "passed" | "held" | "refused";
        /**
         * StepOut
         * @description One line of the order's history.
         */
        StepOut: {
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** Reason */
            reason: string;
            /** State */
            state: string;
        };
        /**
         * TabLabels
         * @description The shop's own words for its tabs; where one is empty the mini-program has its own.
         */
        TabLabels: {
            /**
             * Cart
             * @default
             */
            cart: string;
            /**
             * Categories
             * @default
             */
            categories: string;
            /**
             * Home
             * @default
             */
            home: string;
            /**
             * Me
             * @default
             */
            me: string;
        };
        /**
         * ThemeOut
         * @description How the shop looks. `palette` goes from light to dark; its seventh level is the brand.
         *
         *     `on_brand` is the colour of text on the brand, `brand_text` that of branded text on white.
         */
        ThemeOut: {
            /** Brand Text */
            brand_text: string;
            /** Currency */
            currency: string;
            /**
             * Language
             * @enum {string}
             */
            language: "zh-Hans" | "en";
            /** Logo Url */
            logo_url: string | null;
            /** Modules */
            modules: components["schemas"]["Module"][];
            /** Name */
            name: string;
            /** On Brand */
            on_brand: string;
            /** Palette */
            palette: string[];
            /** Service Phone */
            service_phone: string;
            tab_labels: components["schemas"]["TabLabels"];
        };
        /**
         * TicketOut
         * @description What the buyer shows at the counter: six digits, and a QR code as a `data:` address, which
         *     reads `number-code`.
         */
        TicketOut: {
            /** Code */
            code: string;
            /** Picture */
            picture: string;
        };
        /**
         * Ticks
         * @description Tick or untick these; without `sku_ids` all.
         */
        Ticks: {
            /** Selected */
            selected: boolean;
            /** Sku Ids */
            sku_ids?: string[] | null;
        };
        /**
         * Touch
         * @description Which visit through a distributor's link counts, of those within the window.
         * @enum {string}
         */
        Touch: "first" | "last";
        /**
         * VisitIn
         * @description I came through the link with this code.
         */
        VisitIn: {
            /** Code */
            code: string;
        };
        /**
         * WalletOut
         * @description A wallet: what can be withdrawn, what is on its way, and what is owed.
         *
         *     `most_minor` is the largest amount that would be let through now.
         */
        WalletOut: {
            /** Available Minor */
            available_minor: number;
            /** Count Left Today */
            count_left_today: number;
            /** Currency */
            currency: string;
            /** Debt Minor */
            debt_minor: number;
            /** Left Today Minor */
            left_today_minor: number;
            /** Most Minor */
            most_minor: number;
            rules: components["schemas"]["WalletRulesOut"];
            /** Withdrawing Minor */
            withdrawing_minor: number;
        };
        /**
         * WalletRulesOut
         * @description What a member must know of the rules.
         */
        WalletRulesOut: {
            /** Daily Count */
            daily_count: number;
            /** Daily Minor */
            daily_minor: number;
            /** Fee Bp */
            fee_bp: number;
            /** Fee Fixed Minor */
            fee_fixed_minor: number;
            /** Is Open */
            is_open: boolean;
            /** Minimum Minor */
            minimum_minor: number;
        };
        /**
         * WantedLine
         * @description So many of one SKU.
         */
        WantedLine: {
            /** Quantity */
            quantity: number;
            /**
             * Sku Id
             * Format: uuid
             */
            sku_id: string;
        };
        /**
         * WithdrawalIn
         * @description Take so much out of my wallet. WeChat wants the real `name` from 2,000 yuan on.
         *
         *     With `expected_net_minor` a changed fee refuses instead of surprising.
         */
        WithdrawalIn: {
            /** Amount Minor */
            amount_minor: number;
            /** Expected Net Minor */
            expected_net_minor?: number | null;
            /**
             * Name
             * @default
             */
            name: string;
        };
        /**
         * WithdrawalOut
         * @description A withdrawal. `answer` is why it was rejected, or how it was paid by hand.
         */
        WithdrawalOut: {
            /** Amount Minor */
            amount_minor: number;
            /** Answer */
            answer: string;
            channel: components["schemas"]["Channel"];
            /** Confirm By */
            confirm_by: string | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Currency */
            currency: string;
            /** Ended At */
            ended_at: string | null;
            /** Fail Reason */
            fail_reason: string;
            /** Fee Minor */
            fee_minor: number;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Net Minor */
            net_minor: number;
            /** Number */
            number: string;
            state: components["schemas"]["WithdrawalState"];
            /** Steps */
            steps: components["schemas"]["WithdrawalStepOut"][];
        };
        /**
         * WithdrawalPage
         * @description A page of a member's withdrawals, the newest first.
         */
        WithdrawalPage: {
            /** Items */
            items: components["schemas"]["WithdrawalOut"][];
            /** Next */
            next: string | null;
        };
        /**
         * WithdrawalState
         * @description Where a withdrawal stands. Only `withdrawals.moves` writes it.
         * @enum {string}
         */
        WithdrawalState: "requested" | "reviewed" | "approved" | "submitting" | "unknown" | "wait_user_confirm" | "processing" | "cancelling" | "paid" | "expired" | "cancelled" | "failed" | "rejected";
        /**
         * WithdrawalStepOut
         * @description One line of a withdrawal's history.
         */
        WithdrawalStepOut: {
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** Event */
            event: string;
            state: components["schemas"]["WithdrawalState"];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    shop_members_storefront_addresses: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddressesOut"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_members_storefront_add_address: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AddressIn"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddressOut"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_members_storefront_address: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                address_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddressOut"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_members_storefront_remove_address: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                address_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_members_storefront_change_address: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                address_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AddressChange"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddressOut"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_aftersale_storefront_list_requests: {
        parameters: {
            query?: {
                order_id?: string | null;
                cursor?: string | null;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AfterSalePage"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_aftersale_storefront_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AfterSaleIn"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AfterSaleOut"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_aftersale_storefront_show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                aftersale_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AfterSaleOut"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_aftersale_storefront_cancel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                aftersale_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AfterSaleOut"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_cart_storefront_show: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CartOut"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_cart_storefront_add_line: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LineIn"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CartOut"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_cart_storefront_remove_lines: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LinesOut"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CartOut"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_cart_storefront_tick_lines: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Ticks"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CartOut"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_cart_storefront_change_line: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                sku_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LineChange"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CartOut"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_cart_storefront_replace_line: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                sku_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Replacement"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CartOut"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_catalog_storefront_categories: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CategoryTree"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_orders_storefront_preview: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PreviewIn"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PreviewOut"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_coupons_storefront_list_claimable: {
        parameters: {
            query?: {
                product_id?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClaimablesOut"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_coupons_storefront_list_mine: {
        parameters: {
            query?: {
                state?: ("usable" | "used" | "expired") | null;
                cursor?: string | null;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberCouponPage"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_coupons_storefront_claim: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                coupon_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberCouponOut"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_distribution_storefront_show: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MyDistributionOut"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_distribution_storefront_apply: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MyDistributionOut"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_distribution_storefront_list_commissions: {
        parameters: {
            query?: {
                state?: components["schemas"]["CommissionState"] | null;
                cursor?: string | null;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CommissionPage"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_distribution_storefront_explain: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                commission_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExplanationOut"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_distribution_storefront_visit: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VisitIn"];
            };
        };
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_home_storefront_home: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HomeOut"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_members_storefront_login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LoginIn"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoginOut"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_members_storefront_logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_members_storefront_me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberOut"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_members_storefront_change_me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MemberChange"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberOut"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_notices_storefront_templates: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MomentsOut"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_orders_storefront_list_orders: {
        parameters: {
            query?: {
                state?: ("to_pay" | "to_ship" | "to_receive" | "completed" | "cancelled" | "refunded") | null;
                cursor?: string | null;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderPage"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_orders_storefront_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OrderIn"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedOut"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_orders_storefront_show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                order_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MyOrder"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_orders_storefront_cancel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                order_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MyOrder"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_orders_storefront_confirm_receipt: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                order_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MyOrder"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_explanations_storefront_of_order: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                order_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExplanationOut"][];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_orders_storefront_pay: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                order_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["PayIn"] | null;
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestPaymentOut"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_orders_storefront_refresh: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                order_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MyOrder"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_pickup_points_storefront_list_points: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfferedPointsOut"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_catalog_storefront_products: {
        parameters: {
            query?: {
                category?: string | null;
                min_price_minor?: number | null;
                max_price_minor?: number | null;
                in_stock?: boolean;
                sort?: "newest" | "price_asc" | "price_desc";
                cursor?: string | null;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProductPage"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_catalog_storefront_product: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                product_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProductOut"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_catalog_storefront_search: {
        parameters: {
            query: {
                category?: string | null;
                min_price_minor?: number | null;
                max_price_minor?: number | null;
                in_stock?: boolean;
                q: string;
                sort?: "newest" | "price_asc" | "price_desc";
                cursor?: string | null;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProductPage"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_home_storefront_hot_words: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HotWordsOut"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_home_storefront_theme: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ThemeOut"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_wallets_storefront_show_wallet: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WalletOut"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_wallets_storefront_list_entries: {
        parameters: {
            query?: {
                cursor?: string | null;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntryPage"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_wallets_storefront_quote: {
        parameters: {
            query: {
                amount_minor: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QuoteOut"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_wallets_storefront_list_withdrawals: {
        parameters: {
            query?: {
                cursor?: string | null;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WithdrawalPage"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_wallets_storefront_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WithdrawalIn"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MyWithdrawalOut"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_wallets_storefront_show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                withdrawal_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MyWithdrawalOut"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_wallets_storefront_cancel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                withdrawal_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MyWithdrawalOut"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_explanations_storefront_of_withdrawal: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                withdrawal_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExplanationOut"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shop_wallets_storefront_refresh: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                withdrawal_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MyWithdrawalOut"];
                };
            };
            /** @description A refusal */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
