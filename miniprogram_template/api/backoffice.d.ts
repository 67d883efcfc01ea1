/* Written by `npm run api` from infra/openapi. */
export interface paths {
    "/b/{shop}/v1/aftersales": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Refund requests
         * @description The newest first, with how many stand in each state.
         */
        get: operations["shop_aftersale_backoffice_list_requests"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/aftersales/{aftersale_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A refund request
         * @description What was asked, of which order, and how it went.
         */
        get: operations["shop_aftersale_backoffice_show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/aftersales/{aftersale_id}/agree": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Agree: give the money back
         * @description All of the order's money goes back, once; nothing of it is shipped any more. Again changes
         *     nothing.
         *
         *     Refusals: request_already_answered, order_changed_meanwhile, order_not_refundable.
         */
        post: operations["shop_aftersale_backoffice_agree"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/aftersales/{aftersale_id}/refuse": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Refuse, and say why
         * @description The customer reads the answer. Again changes nothing. Refusal: request_already_answered.
         */
        post: operations["shop_aftersale_backoffice_refuse"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/categories": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All categories
         * @description Flat, in their order, hidden ones included.
         */
        get: operations["shop_catalog_backoffice_categories"];
        put?: never;
        /**
         * Add a category
         * @description Refused: 409 category_name_taken, too_many_categories, 422 category_name_unfit,
         *     category_too_deep.
         */
        post: operations["shop_catalog_backoffice_add_category"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/categories/{category_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove an empty category
         * @description Refused: 409 category_in_use.
         */
        delete: operations["shop_catalog_backoffice_remove_category"];
        options?: never;
        head?: never;
        /**
         * Change a category
         * @description Refused: 409 category_name_taken, 422 category_name_unfit, category_too_deep,
         *     category_unknown.
         */
        patch: operations["shop_catalog_backoffice_change_category"];
        trace?: never;
    };
    "/b/{shop}/v1/closing": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Close the shop
         * @description Take no more orders, and close when the time for exports is over.
         */
        post: operations["tenants_backoffice_begin_closing"];
        /**
         * Open it again after all
         * @description Take the closing back; the shop is as it was.
         */
        delete: operations["tenants_backoffice_come_back"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/coupons": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The shop's coupons
         * @description The newest first, with how many are claimed, reserved by unpaid orders, and used.
         */
        get: operations["shop_coupons_backoffice_list_coupons"];
        put?: never;
        /**
         * Give out a coupon
         * @description Its terms stay as they are; it can be stopped. Refusals: coupon_scope_unknown,
         *     coupon_over_already.
         */
        post: operations["shop_coupons_backoffice_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/coupons/{coupon_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A coupon
         * @description Its terms, and what became of it.
         */
        get: operations["shop_coupons_backoffice_show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/coupons/{coupon_id}/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give it out no more
         * @description Those that members hold stay good. Again changes nothing.
         */
        post: operations["shop_coupons_backoffice_stop"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/differences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where WeChat's bill and the books differ
         * @description Return differences, the newest first. Errors: 401, 403, 422 `cursor_not_ours`.
         */
        get: operations["billing_reconciliation_backoffice_list_differences"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/distribution/commissions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the programme costs
         * @description The newest first, of everybody or of one. Refusal: cursor_invalid.
         */
        get: operations["shop_distribution_backoffice_list_commissions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/distribution/commissions/{commission_id}/explanation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Why is a commission this high
         * @description Each line's share, less what went back of it.
         */
        get: operations["shop_distribution_backoffice_explain"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/distribution/distributors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Distributors
         * @description The newest first, with how many stand in each state. Refusal: cursor_invalid.
         */
        get: operations["shop_distribution_backoffice_list_distributors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/distribution/distributors/{distributor_id}/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say yes
         * @description Also to somebody paused or refused. Again changes nothing.
         */
        post: operations["shop_distribution_backoffice_accept"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/distribution/distributors/{distributor_id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pause somebody
         * @description The link brings nothing from now on; what was earned stays theirs. Again changes nothing.
         *
         *     Refusal: distributor_cannot_move.
         */
        post: operations["shop_distribution_backoffice_pause"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/distribution/distributors/{distributor_id}/refuse": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say no
         * @description They may ask again. Again changes nothing. Refusal: distributor_cannot_move.
         */
        post: operations["shop_distribution_backoffice_refuse"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/distribution/programme": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The programme's rules
         * @description Closed until the shop opens it.
         */
        get: operations["shop_distribution_backoffice_show_programme"];
        /**
         * Set the programme's rules
         * @description They count for orders made from now on; what was earned stays as it was earned.
         */
        put: operations["shop_distribution_backoffice_set_programme"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/distribution/rates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Products with a rate of their own
         * @description By title.
         */
        get: operations["shop_distribution_backoffice_list_rates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/distribution/rates/{product_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Set a product's rate
         * @description It counts for orders made from now on. Refusal: product_unknown (404).
         */
        put: operations["shop_distribution_backoffice_set_rate"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/export.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export all products
         * @description A Shopify product CSV that spreadsheets can open. Importing it again changes nothing.
         */
        get: operations["shop_imports_backoffice_export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/home": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How the shop front is decorated
         * @description Its `version` is what If-Match wants when it is changed.
         */
        get: operations["shop_home_backoffice_front"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Decorate the shop front
         * @description Refused: 412 changed_meanwhile, 422 image_unknown, block_product_unknown,
         *     428 version_missing.
         */
        patch: operations["shop_home_backoffice_decorate"];
        trace?: never;
    };
    "/b/{shop}/v1/images": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a picture
         * @description JPEG, PNG, WebP or GIF of at most 10 MB; ours is made anew. Refused: 422 picture_refused.
         */
        post: operations["shop_media_backoffice_upload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/images/{image_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A picture
         * @description Whether it has arrived, and why not.
         */
        get: operations["shop_media_backoffice_image"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/images/{image_id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try a failed picture again
         * @description Refused: 409 image_cannot_move.
         */
        post: operations["shop_media_backoffice_retry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Past imports
         * @description The newest first. Refused: 422 cursor_invalid.
         */
        get: operations["shop_imports_backoffice_imports"];
        put?: never;
        /**
         * Import products
         * @description A Shopify product CSV of at most 20 MB. `outcome` says whether anything changed.
         *
         *     Refused: 409 import_running, 413 file_too_large.
         */
        post: operations["shop_imports_backoffice_start"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/imports/{import_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An import
         * @description What it did, what was wrong, and how its pictures are coming along.
         */
        get: operations["shop_imports_backoffice_an_import"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/ledger/balances": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What every account holds
         * @description Return all balances, counted from the transfers themselves. Errors: 401, 403.
         */
        get: operations["billing_settlements_backoffice_list_balances"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/mini-programs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The shop's apps at WeChat
         * @description Return mini-programs and official accounts, the oldest first. Errors: 401, 403.
         */
        get: operations["tenants_programs_backoffice_list_programs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/mini-programs/authorisations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Invite to authorise an app
         * @description Return WeChat's pages; from there the owner comes back to the portal. Errors: 401, 403,
         *     503 `we_chat_unavailable`.
         */
        post: operations["tenants_programs_backoffice_begin_authorisation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/mini-programs/registrations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * New mini-programs on their way
         * @description Return what the shop asked WeChat to register, and what came of it. Errors: 401, 403.
         */
        get: operations["tenants_programs_backoffice_list_registrations"];
        put?: never;
        /**
         * Register a new mini-program
         * @description Ask WeChat for a new mini-program of a company. Errors: 401, 403, 409 `registration_closed`,
         *     `registration_under_way`, 422 `registration_refused`, 503 `registration_unclear`.
         */
        post: operations["tenants_programs_backoffice_begin_registration"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/mini-programs/{program_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One app, and what it lacks
         * @description Return the app with its configuration and history. Errors: 401, 403, 404
         *     `program_not_found`.
         */
        get: operations["tenants_programs_backoffice_read_program"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/mini-programs/{program_id}/configure": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Configure an app again
         * @description Set domains and privacy guide and read names and categories again, in a moment. Errors: 401,
         *     403, 404 `program_not_found`, 409 `program_not_authorised`.
         */
        post: operations["tenants_programs_backoffice_configure"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/mini-programs/{program_id}/releases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An app's releases
         * @description Return the latest first. Errors: 401, 403, 404 `program_not_found`.
         */
        get: operations["tenants_releases_backoffice_list_releases"];
        put?: never;
        /**
         * Bring the newest version to an app
         * @description Start a release. Errors: 401, 403, 404 `program_not_found`, 409 `no_template`,
         *     `release_under_way`, `preflight_failed`.
         */
        post: operations["tenants_releases_backoffice_start_release"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/moderation/checks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Texts and pictures by how they stand
         * @description Those that wait for a person, unless another state is asked for; the newest first.
         *
         *     `next` is the `before` of the page that follows.
         */
        get: operations["shop_moderation_backoffice_list_checks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/moderation/checks/{check_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One, with its history
         * @description What was sent, what the machine said, and who decided.
         */
        get: operations["shop_moderation_backoffice_show_check"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/moderation/checks/{check_id}/decide": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pass or refuse
         * @description A person's word stands over the machine's. Refused: 409 check_outdated, check_cannot_move.
         */
        post: operations["shop_moderation_backoffice_decide"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/moderation/words": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Prohibited words
         * @description What nobody may write in this shop; a text that holds one is refused without a check.
         */
        get: operations["shop_moderation_backoffice_list_words"];
        put?: never;
        /**
         * Prohibit a word
         * @description Capitals and full-width letters count as the small ones. Refused: 409 too_many_words,
         *     422 word_unfit.
         */
        post: operations["shop_moderation_backoffice_add_word"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/moderation/words/{word_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Allow a word again
         * @description What was refused for it is checked when its author sends it again.
         */
        delete: operations["shop_moderation_backoffice_remove_word"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/modules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Open and close parts of the shop
         * @description Everything of a part that is closed answers 403 module_off. Refused: 409 module_not_built.
         */
        put: operations["tenants_backoffice_choose_modules"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/notices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What customers were told
         * @description The newest first, with how each ended. `next` is the `before` of the page that follows.
         */
        get: operations["shop_notices_backoffice_list_notices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/notices/set-up": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Choose an app's templates
         * @description The worker takes them from WeChat's library; again looks anew and adds nothing twice.
         *
         *     Refused: 404 app_not_of_this_shop.
         */
        post: operations["shop_notices_backoffice_set_up"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/notices/templates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Templates, app by app
         * @description How choosing them went, and which template tells what.
         */
        get: operations["shop_notices_backoffice_list_templates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Orders
         * @description The newest first; `q` is an order or tracking number, a phone, or part of a recipient.
         *
         *     With `to_ship` only those that wait for a parcel, the oldest first; with `to_hand_over` only
         *     those whose buyers come for them.
         */
        get: operations["shop_orders_backoffice_list_orders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/orders/carriers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Couriers
         * @description Those that WeChat knows and shops commonly use.
         */
        get: operations["shop_orders_backoffice_carriers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/orders/freight": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The rule for delivery
         * @description Free, unless it was set.
         */
        get: operations["shop_orders_backoffice_freight"];
        /**
         * Set the rule for delivery
         * @description It counts from the next preview on; orders keep what they were made with.
         */
        put: operations["shop_orders_backoffice_set_freight"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/orders/shipping-alarms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What WeChat has not heard
         * @description Shipped orders whose parcels WeChat does not know: it keeps their money back.
         */
        get: operations["shop_orders_backoffice_shipping_alarms"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/orders/{order_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An order
         * @description Lines, parcels, history, and how payment and refund stand.
         */
        get: operations["shop_orders_backoffice_show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/orders/{order_id}/explanations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Why does an order cost this, and what was taken off
         * @description Its total, its freight, each refund, WeChat Pay's fee and the platform's commission.
         */
        get: operations["shop_explanations_backoffice_of_order"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/orders/{order_id}/hand-over": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Hand over
         * @description The buyer came with the code: the order is completed, and WeChat is told. Ten tries.
         *
         *     Refusals: order_is_sent, pickup_code_wrong, pickup_code_blocked, order_is_being_refunded,
         *     order_not_shippable, order_cannot_move.
         */
        post: operations["shop_orders_backoffice_hand_over"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/orders/{order_id}/parcels": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ship
         * @description Note a parcel; with the last piece the order is shipped, and WeChat is told.
         *
         *     Refusals: carrier_unknown, order_is_fetched, order_is_being_refunded, order_not_shippable,
         *     too_many_parcels, parcel_already_noted, line_unknown, shipped_too_many.
         */
        post: operations["shop_orders_backoffice_ship"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/orders/{order_id}/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ready for pick-up
         * @description It lies at the counter: the buyer is told. Again changes nothing.
         *
         *     Refusals: order_is_sent, order_is_being_refunded, order_not_shippable.
         */
        post: operations["shop_orders_backoffice_make_ready"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/orders/{order_id}/refund": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give all of the money back
         * @description Needs the header Idempotency-Key. From now on nothing of the order is shipped.
         *
         *     Above the platform's limit it waits for a second person. Refusals: order_not_refundable,
         *     order_changed_meanwhile, payment_too_old, too_many_refunds, idempotency_key_missing,
         *     idempotency_key_reused.
         */
        post: operations["shop_orders_backoffice_refund"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/orders/{order_id}/returns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was asked back of an order
         * @description The oldest first, with pieces and money by line.
         */
        get: operations["shop_orders_backoffice_list_returns"];
        put?: never;
        /**
         * Give a part of the money back
         * @description Needs the header Idempotency-Key. Pieces by line, money by line, or some of the delivery.
         *
         *     Above the platform's limit it waits for a second person. Refusals: order_not_refundable,
         *     order_changed_meanwhile, line_unknown, refunds_too_many, nothing_would_go_out, nothing_chosen,
         *     payment_too_old, too_many_refunds, idempotency_key_missing, idempotency_key_reused.
         */
        post: operations["shop_orders_backoffice_give_back_a_part"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/orders/{order_id}/returns/{return_id}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Agree to a refund above the limit
         * @description By somebody else than who asked. Again changes nothing.
         *
         *     Refusals: own_refund, return_already_decided, refund_exceeds_payment.
         */
        post: operations["shop_orders_backoffice_approve_return"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/orders/{order_id}/returns/{return_id}/decline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Decline a refund above the limit
         * @description Pieces and money are free again. Again changes nothing. Refusal: return_already_decided.
         */
        post: operations["shop_orders_backoffice_decline_return"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/orders/{order_id}/shipping-upload/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Tell WeChat again
         * @description Try at once; an upload that was sent stays as it is.
         */
        post: operations["shop_orders_backoffice_retry_upload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/period": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A week, a month, or any other span
         * @description Return the sums of up to a year. Errors: 401, 403, 422 `period_refused`.
         */
        get: operations["billing_settlements_backoffice_get_period"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/period.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Every line of a period, for spreadsheets
         * @description Stream the lines as CSV. Errors: 401, 403, 422 `period_refused`.
         */
        get: operations["billing_settlements_backoffice_get_period_csv"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/period.pdf": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The statement of a period, to print
         * @description Return a PDF in the language of the request. Errors: 401, 403, 422 `period_refused`.
         */
        get: operations["billing_settlements_backoffice_get_period_pdf"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/period/lines": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The lines behind its figures
         * @description Return the transfers that add up to a figure. Errors: 401, 403, 422.
         */
        get: operations["billing_settlements_backoffice_list_period_lines"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/phones": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Linked phones
         * @description Owners see everybody's, others their own; the oldest first.
         */
        get: operations["tenants_phones_backoffice_list_phones"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/phones/codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A code for a phone
         * @description Eight digits that link one phone to whoever asks, within ten minutes; the one before is void.
         *
         *     Refused: 403 only_in_portal, 409 too_many_phones.
         */
        post: operations["tenants_phones_backoffice_make_code"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/phones/link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Link this phone
         * @description Needs a fresh code of wx.login beside the portal's: it tells whose phone it is.
         *
         *     Refused: 403 link_code_not_accepted, module_off, app_of_another_shop, 409 too_many_phones, 429
         *     too_many_wrong_codes, and as for signing in.
         */
        post: operations["tenants_phones_backoffice_link"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/phones/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in on a linked phone
         * @description Give a token for half an hour; send it as Bearer to every operation of the backoffice.
         *
         *     Refused: 401 login_code_refused, 403 module_off, phone_not_linked, app_of_another_shop, 503
         *     sign_in_unavailable.
         */
        post: operations["tenants_phones_backoffice_login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/phones/{phone_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Unlink a phone
         * @description It is out with its next request. Owners unlink anybody's, others their own; from a phone one
         *     unlinks that phone only. Refused: 404 no_such_phone.
         */
        delete: operations["tenants_phones_backoffice_unlink"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/pickup-points": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Pick-up points
         * @description The oldest first, those that are not offered included.
         */
        get: operations["shop_pickup_points_backoffice_list_points"];
        put?: never;
        /**
         * Add a pick-up point
         * @description With the first active one, buyers are asked how they want to have their order.
         *
         *     Refusal: too_many_pickup_points.
         */
        post: operations["shop_pickup_points_backoffice_add"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/pickup-points/{point_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change a pick-up point
         * @description It counts from the next order on; orders keep what they were made with.
         */
        put: operations["shop_pickup_points_backoffice_edit"];
        post?: never;
        /**
         * Remove a pick-up point
         * @description Orders that are to be fetched there stay as they are.
         */
        delete: operations["shop_pickup_points_backoffice_remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/products": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All products
         * @description The newest first; `q` searches as buyers do. Refused: 422 cursor_invalid.
         */
        get: operations["shop_catalog_backoffice_products"];
        put?: never;
        /**
         * Add a product
         * @description A draft. Refused: 409 product_code_taken, 422 specs_unfit, image_ or category_unknown.
         */
        post: operations["shop_catalog_backoffice_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/products/{product_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A product
         * @description Its `version` is what If-Match wants when it is changed.
         */
        get: operations["shop_catalog_backoffice_product"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change a product
         * @description If-Match carries the version that was seen. SKUs left out are retired, never deleted.
         *
         *     Refused: 412 changed_meanwhile, 428 version_missing, as for adding, and of what is on sale 422
         *     prohibited_word_found.
         */
        patch: operations["shop_catalog_backoffice_change"];
        trace?: never;
    };
    "/b/{shop}/v1/products/{product_id}/hide": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a product off sale
         * @description Again is harmless; orders keep what they bought.
         */
        post: operations["shop_catalog_backoffice_hide"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/products/{product_id}/prices": {
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
         * Change prices
         * @description If-Match carries the version that was seen; orders keep the prices they were made at.
         *
         *     Refused: 409 product_has_no_price, 412 changed_meanwhile, 422 sku_not_of_product, 428
         *     version_missing.
         */
        patch: operations["shop_catalog_backoffice_reprice"];
        trace?: never;
    };
    "/b/{shop}/v1/products/{product_id}/publish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Put a product on sale
         * @description Again is harmless. Refused: 409 product_has_no_price, 422 prohibited_word_found.
         */
        post: operations["shop_catalog_backoffice_publish"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/readiness": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What stands in the way, and what to do
         * @description Return every precondition as it was found last, for the latest mini-program unless another
         *     is named. Errors: 401, 403, 404 `program_not_found`.
         */
        get: operations["tenants_readiness_backoffice_read_readiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/readiness/answers/{check_key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Answer what WeChat has no API for
         * @description Keep the answer and judge by it at once. Errors: 401, 403, 404 `question_unknown`,
         *     `program_not_found`, 409 `no_mini_program`, 422 `answer_unfit`.
         */
        post: operations["tenants_readiness_backoffice_answer_question"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/readiness/run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Look at a mini-program again
         * @description Have WeChat asked about everything, in a moment; `is_running` says when it is over. Errors:
         *     401, 403, 404 `program_not_found`, 409 `no_mini_program`.
         */
        post: operations["tenants_readiness_backoffice_run_readiness"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/releases/{release_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One release
         * @description Return a release with refusals and history. Errors: 401, 403, 404 `release_not_found`.
         */
        get: operations["tenants_releases_backoffice_read_release"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/releases/{release_id}/end-grey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End a grey release
         * @description Give everybody the version before. Errors: 401, 403, 404 `release_not_found`, 409
         *     `release_cannot`.
         */
        post: operations["tenants_releases_backoffice_end_grey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/releases/{release_id}/grey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give it to some customers
         * @description Start or widen a grey release. Errors: 401, 403, 404 `release_not_found`, 409
         *     `release_cannot`, 422 `grey_only_grows`.
         */
        post: operations["tenants_releases_backoffice_grey_release"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/releases/{release_id}/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The code that opens the trial version
         * @description Return a picture to scan with WeChat. Errors: 401, 403, 404 `release_not_found`, 409
         *     `release_cannot`, `program_not_authorised`, 503 `we_chat_unavailable`.
         */
        get: operations["tenants_releases_backoffice_read_preview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/releases/{release_id}/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give it to all customers
         * @description Release what WeChat approved. Errors: 401, 403, 404 `release_not_found`, 409
         *     `release_cannot`.
         */
        post: operations["tenants_releases_backoffice_publish_release"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/releases/{release_id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try again
         * @description Try what stands still again. Errors: 401, 403, 404 `release_not_found`, 409
         *     `preflight_failed`, `release_cannot`.
         */
        post: operations["tenants_releases_backoffice_retry_release"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/releases/{release_id}/roll-back": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Go back one version
         * @description Go back to the version before; WeChat allows it once. Errors: 401, 403, 404
         *     `release_not_found`, 409 `release_cannot`.
         */
        post: operations["tenants_releases_backoffice_roll_back_release"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/releases/{release_id}/submit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Submit for audit
         * @description Submit, also again after a refusal. Errors: 401, 403, 404 `release_not_found`, 409
         *     `detection_running`, `preflight_failed`, `audit_quota_used_up`, `release_cannot`.
         */
        post: operations["tenants_releases_backoffice_submit_release"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/releases/{release_id}/withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a submission back
         * @description Withdraw; WeChat allows it a few times a day. Errors: 401, 403, 404 `release_not_found`, 409
         *     `release_cannot`.
         */
        post: operations["tenants_releases_backoffice_withdraw_release"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/replies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the shop says by itself
         * @description In their order: the first that fits speaks.
         */
        get: operations["shop_replies_backoffice_list_rules"];
        put?: never;
        /**
         * Add a reply
         * @description Refused: 409 too_many_rules, 422 rule_incomplete, reply_too_long, link_not_of_this_shop,
         *     word_unfit, prohibited_word_found.
         */
        post: operations["shop_replies_backoffice_add_rule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/replies/{rule_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a reply
         * @description Say this no more.
         */
        delete: operations["shop_replies_backoffice_remove_rule"];
        options?: never;
        head?: never;
        /**
         * Change a reply
         * @description Change the fields that are sent. Refused as for adding.
         */
        patch: operations["shop_replies_backoffice_change_rule"];
        trace?: never;
    };
    "/b/{shop}/v1/shop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The shop, and who is asking
         * @description Answer any member of the staff.
         */
        get: operations["tenants_backoffice_read_shop"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/staff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who works here
         * @description Answer the oldest member first.
         */
        get: operations["tenants_backoffice_list_staff"];
        put?: never;
        /**
         * Add somebody by e-mail
         * @description Give an account a role; an unknown address gets an account and resets its password.
         */
        post: operations["tenants_backoffice_add_staff"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/staff/{member_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove somebody
         * @description Take the role away; the account itself stays.
         */
        delete: operations["tenants_backoffice_remove_staff"];
        options?: never;
        head?: never;
        /**
         * Change a role
         * @description Refuse to take the last owner's role away.
         */
        patch: operations["tenants_backoffice_change_role"];
        trace?: never;
    };
    "/b/{shop}/v1/statements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Closed days, the latest first
         * @description Return closed days on which money moved. Errors: 401, 403, 422 `cursor_not_ours`.
         */
        get: operations["billing_settlements_backoffice_list_statements"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/statements/{day}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One day of the shop
         * @description Return the closed statement, or what the day comes to so far.
         *
         *     Errors: 401, 403, 422 `period_refused`.
         */
        get: operations["billing_settlements_backoffice_get_statement"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/statements/{day}/lines": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The lines behind a figure
         * @description Return the transfers that add up to a figure.
         *
         *     Errors: 401, 403, 422 `cursor_not_ours`, `period_refused`.
         */
        get: operations["billing_settlements_backoffice_list_lines"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/stock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What is in stock
         * @description `at_most` finds what runs low. The newest SKU first. Refused: 422 cursor_invalid.
         */
        get: operations["shop_inventory_backoffice_stock"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/stock/{sku_id}/adjust": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Count or receive goods
         * @description Refused: 404 sku_unknown, 409 stock_is_promised, 412 stock_changed_meanwhile, 422
         *     stock_too_large.
         */
        post: operations["shop_inventory_backoffice_adjust"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/today": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How today goes, and what waits
         * @description Money is told to managers and owners; it is what today's statement says.
         */
        get: operations["shop_figures_backoffice_today"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/wallets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Wallets
         * @description Those that ever moved; with `only_debts` those that owe. Refusal: cursor_invalid.
         */
        get: operations["shop_wallets_backoffice_list_wallets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/wallets/{wallet_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A member's wallet
         * @description Its id is the member's. An empty one for a member who never had anything.
         */
        get: operations["shop_wallets_backoffice_show_wallet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/wallets/{wallet_id}/entries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How a wallet moved
         * @description The latest first, each with its reason. Refusal: cursor_invalid.
         */
        get: operations["shop_wallets_backoffice_list_entries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/wallets/{wallet_id}/write-off": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Forgive a debt
         * @description Needs the header Idempotency-Key. The shop bears what the member owed.
         *
         *     Refusals: member_unknown, no_debt, debt_changed, idempotency_key_missing,
         *     idempotency_key_reused.
         */
        post: operations["shop_wallets_backoffice_write_off"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/wechat": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Connect mini-program and merchant
         * @description Bind the mini-program and the sub-merchant; 409 where another shop has them.
         */
        put: operations["tenants_backoffice_connect_wechat"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/withdrawals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Withdrawals
         * @description The newest first, with how many stand in each state. Refusal: cursor_invalid.
         */
        get: operations["shop_wallets_backoffice_list_withdrawals"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/withdrawals/rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The rules for withdrawals
         * @description The platform's defaults, unless the shop set its own.
         */
        get: operations["shop_wallets_backoffice_show_rules"];
        /**
         * Set the rules for withdrawals
         * @description They count from the next request on. Refusal: rules_unfit.
         */
        put: operations["shop_wallets_backoffice_set_rules"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/withdrawals/transfer-grant": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * May the platform transfer
         * @description Asked of WeChat now. Refusals: shop_cannot_transfer, transfer_unavailable (503).
         */
        get: operations["shop_wallets_backoffice_show_grant"];
        put?: never;
        /**
         * Ask to let the platform transfer
         * @description The owner then agrees at WeChat Pay. Again is harmless.
         *
         *     Refusals: shop_cannot_transfer, transfer_unavailable (503).
         */
        post: operations["shop_wallets_backoffice_ask_grant"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/withdrawals/{withdrawal_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A withdrawal
         * @description Who asked, how it stands, and who did what.
         */
        get: operations["shop_wallets_backoffice_show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/withdrawals/{withdrawal_id}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say yes
         * @description With the last yes that the rules ask for, WeChat is told. Again changes nothing.
         *
         *     Refusals: withdrawal_cannot_move, second_person_needed, own_withdrawal, shop_cannot_transfer.
         */
        post: operations["shop_wallets_backoffice_approve"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/withdrawals/{withdrawal_id}/explanation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Why does so much of a withdrawal arrive
         * @description What was asked for, less the fee.
         */
        get: operations["shop_explanations_backoffice_of_withdrawal"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/withdrawals/{withdrawal_id}/paid-by-hand": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * It was paid by hand
         * @description Where WeChat surely has no transfer. It counts as the last yes. Again changes nothing.
         *
         *     Refusals: withdrawal_cannot_move, second_person_needed, own_withdrawal,
         *     transfer_may_be_on_its_way, transfer_unavailable (503).
         */
        post: operations["shop_wallets_backoffice_paid_by_hand"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/withdrawals/{withdrawal_id}/reject": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say no
         * @description The money is in the wallet again. Again changes nothing. Refusal: withdrawal_cannot_move.
         */
        post: operations["shop_wallets_backoffice_reject"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/withdrawals/{withdrawal_id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try again now
         * @description Under the same number: WeChat pays once. Refusal: withdrawal_cannot_move.
         */
        post: operations["shop_wallets_backoffice_retry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/b/{shop}/v1/withdrawals/{withdrawal_id}/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stop it
         * @description What WeChat has already is `cancelling` until WeChat says that it is not paid.
         *
         *     Refusals: withdrawal_cannot_move, transfer_may_be_on_its_way, transfer_unavailable (503).
         */
        post: operations["shop_wallets_backoffice_stop"];
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
        /**
         * Account
         * @description An account of the chart above.
         * @enum {string}
         */
        Account: "wechat" | "held" | "sales" | "refunded" | "fees" | "commission" | "platform" | "wallet" | "withdrawing" | "withdrawal_fees" | "distribution" | "bank" | "owner" | "differences";
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
         * AgreeIn
         * @description `parcels_count` is what the order had when it was looked at; with another one now, the
         *     answer is order_changed_meanwhile.
         */
        AgreeIn: {
            /** Parcels Count */
            parcels_count?: number | null;
        };
        /**
         * AlarmsOut
         * @description How many orders' parcels WeChat does not know, and what it keeps back for them.
         */
        AlarmsOut: {
            /** Count */
            count: number;
            /** Frozen Minor */
            frozen_minor: number;
            /** Items */
            items: components["schemas"]["UploadOut"][];
        };
        /**
         * AnswerIn
         * @description Why not, or how it was paid: the customer reads it.
         */
        AnswerIn: {
            /** Answer */
            answer: string;
        };
        /**
         * AuthorisationIn
         * @description Which kind of app is going to be authorised.
         */
        AuthorisationIn: {
            /** @default mini_program */
            kind: components["schemas"]["ProgramKind"];
        };
        /**
         * AuthorisationOut
         * @description WeChat's pages: show `mobile_url` as a QR code, open `desktop_url` in a new window.
         */
        AuthorisationOut: {
            /** Desktop Url */
            desktop_url: string;
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
            /** Mobile Url */
            mobile_url: string;
        };
        /**
         * BalanceOut
         * @description What an account holds, on its own side.
         */
        BalanceOut: {
            account: components["schemas"]["Account"];
            /** Amount Minor */
            amount_minor: number;
        };
        /**
         * BalancesOut
         * @description Every account of the shop's books.
         */
        BalancesOut: {
            /** Balances */
            balances: components["schemas"]["BalanceOut"][];
            /** Currency */
            currency: string;
        };
        /** BannerIn */
        BannerIn: {
            /**
             * Image Id
             * Format: uuid
             */
            image_id: string;
            /** Product Id */
            product_id?: string | null;
            /**
             * Title
             * @default
             */
            title: string;
        };
        /**
         * Blocks
         * @description What cannot be done before it is mended.
         * @enum {string}
         */
        Blocks: "release" | "payment" | "nothing";
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
        /** CategoriesOut */
        CategoriesOut: {
            /** Items */
            items: components["schemas"]["CategoryOut"][];
        };
        /** CategoryChange */
        CategoryChange: {
            /**
             * Is Visible
             * @default true
             */
            is_visible: boolean;
            /**
             * Name
             * @default
             */
            name: string;
            /** Parent Id */
            parent_id?: string | null;
            /**
             * Position
             * @default 0
             */
            position: number;
        };
        /** CategoryIn */
        CategoryIn: {
            /**
             * Is Visible
             * @default true
             */
            is_visible: boolean;
            /** Name */
            name: string;
            /** Parent Id */
            parent_id?: string | null;
            /**
             * Position
             * @default 0
             */
            position: number;
        };
        /** CategoryOut */
        CategoryOut: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Is Visible */
            is_visible: boolean;
            /** Name */
            name: string;
            /** Parent Id */
            parent_id: string | null;
            /** Position */
            position: number;
        };
        /**
         * Channel
         * @description How the money reaches the customer.
         * @enum {string}
         */
        Channel: "wechat" | "manual";
        /** CheckDetail */
        CheckDetail: {
            /** Author Id */
            author_id: string | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Decided By */
            decided_by: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            kind: components["schemas"]["PartKind"];
            /** Label */
            label: number;
            /** Label In Words */
            label_in_words: string;
            /** Part */
            part: string;
            /** Picture Url */
            picture_url: string;
            /** Reason */
            reason: string;
            /** Reason In Words */
            reason_in_words: string;
            state: components["schemas"]["CheckState"];
            /** Statement */
            statement: string;
            /** Steps */
            steps: components["schemas"]["CheckStepOut"][];
            /**
             * Subject Id
             * Format: uuid
             */
            subject_id: string;
            /** Subject Kind */
            subject_kind: string;
            /** Text */
            text: string;
        };
        /**
         * CheckOut
         * @description `text` or `picture_url` is what was sent; `label` is WeChat's word for what it found.
         */
        CheckOut: {
            /** Author Id */
            author_id: string | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Decided By */
            decided_by: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            kind: components["schemas"]["PartKind"];
            /** Label */
            label: number;
            /** Label In Words */
            label_in_words: string;
            /** Part */
            part: string;
            /** Picture Url */
            picture_url: string;
            /** Reason */
            reason: string;
            /** Reason In Words */
            reason_in_words: string;
            state: components["schemas"]["CheckState"];
            /** Statement */
            statement: string;
            /**
             * Subject Id
             * Format: uuid
             */
            subject_id: string;
            /** Subject Kind */
            subject_kind: string;
            /** Text */
            text: string;
        };
        /** CheckPage */
        CheckPage: {
            /** Items */
            items: components["schemas"]["CheckOut"][];
            /** Next */
            next: string | null;
        };
        /**
         * CheckState
         * @description Where the check of one text or picture stands. Only PASSED lets it be seen.
         * @enum {string}
         */
        CheckState: "pending" | "sent" | "passed" | "held" | "refused";
        /** CheckStepOut */
        CheckStepOut: {
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** By */
            by: string;
            /** Label */
            label: number;
            /** Reason */
            reason: string;
            state: components["schemas"]["CheckState"];
            /** Statement */
            statement: string;
        };
        /**
         * ClosingIn
         * @description Why the owner leaves; need not be said.
         */
        ClosingIn: {
            /**
             * Reason
             * @default
             */
            reason: string;
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
         * ComplaintOut
         * @description `line` counts as a spreadsheet does: the header is 1.
         */
        ComplaintOut: {
            /** Code */
            code: string;
            /** Column */
            column: string;
            /** Detail */
            detail: string;
            /** Line */
            line: number;
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
        /** Counted */
        Counted: {
            /** Available */
            available: number;
            /** On Hand */
            on_hand: number;
            /** Reserved */
            reserved: number;
            /**
             * Sku Id
             * Format: uuid
             */
            sku_id: string;
        };
        /**
         * CouponIn
         * @description A coupon to give out. Either `amount_minor`, or `rate_bp` (1/10000ths) and perhaps
         *     `most_minor`; either `ends_at`, or `days` from the claim; `scope_ids` unless it covers all.
         */
        CouponIn: {
            /**
             * Amount Minor
             * @default 0
             */
            amount_minor: number;
            /** Days */
            days?: number | null;
            /** Ends At */
            ends_at?: string | null;
            kind: components["schemas"]["CouponKind"];
            /**
             * Least Minor
             * @default 0
             */
            least_minor: number;
            /** Most Minor */
            most_minor?: number | null;
            /**
             * Per Member
             * @default 1
             */
            per_member: number;
            /**
             * Rate Bp
             * @default 0
             */
            rate_bp: number;
            /** @default all */
            scope: components["schemas"]["CouponScope"];
            /**
             * Scope Ids
             * @default []
             */
            scope_ids: string[];
            /** Starts At */
            starts_at?: string | null;
            /** Title */
            title: string;
            /** Total */
            total: number;
        };
        /**
         * CouponKind
         * @description How the discount is said.
         * @enum {string}
         */
        CouponKind: "fixed" | "percent";
        /**
         * CouponScope
         * @description Which goods a coupon covers.
         * @enum {string}
         */
        CouponScope: "all" | "categories" | "products";
        /**
         * DecisionIn
         * @description `statement` is the reason in the decider's words; the author may be told.
         */
        DecisionIn: {
            /**
             * Statement
             * @default
             */
            statement: string;
            verdict: components["schemas"]["Verdict"];
        };
        /**
         * DifferenceKind
         * @description What differs. See the table above.
         * @enum {string}
         */
        DifferenceKind: "missing_here" | "missing_there" | "amount" | "fee" | "state" | "duplicate" | "refund_unknown" | "cut_off";
        /**
         * DifferenceOut
         * @description What WeChat says (`there_minor`) and what the books say (`here_minor`), and why in words.
         *
         *     Amounts are in minor units of `currency`; null where a side says nothing. For a difference of
         *     kind `fee` they are fees.
         */
        DifferenceOut: {
            /**
             * Changed At
             * Format: date-time
             */
            changed_at: string;
            /** Currency */
            currency: string;
            /**
             * Day
             * Format: date
             */
            day: string;
            /**
             * Found At
             * Format: date-time
             */
            found_at: string;
            /** Here Minor */
            here_minor: number | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            kind: components["schemas"]["DifferenceKind"];
            /** Note */
            note: string;
            noun: components["schemas"]["Noun"];
            /** Number */
            number: string;
            /** Order Number */
            order_number: string;
            state: components["schemas"]["DifferenceState"];
            /** There Minor */
            there_minor: number | null;
            /** Why En */
            why_en: string;
            /** Why Zh */
            why_zh: string;
        };
        /**
         * DifferenceState
         * @description Where a difference stands. Only `reconciliation` writes it.
         * @enum {string}
         */
        DifferenceState: "open" | "explained" | "fixed" | "written_off";
        /**
         * DifferencesIn
         * @description Which differences: those in one state, or all that nobody has settled.
         */
        DifferencesIn: {
            /** Cursor */
            cursor?: string | null;
            /**
             * Limit
             * @default 20
             */
            limit: number;
            state?: components["schemas"]["DifferenceState"] | null;
        };
        /**
         * DifferencesOut
         * @description A page of differences, the newest first, and how far the bills were compared.
         */
        DifferencesOut: {
            /** Compared Until */
            compared_until: string | null;
            /** Items */
            items: components["schemas"]["DifferenceOut"][];
            /** Next */
            next: string | null;
            /** Open Count */
            open_count: number;
        };
        /**
         * DistributorOut
         * @description A distributor, with what they earned.
         */
        DistributorOut: {
            /** Code */
            code: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Member Id
             * Format: uuid
             */
            member_id: string;
            /** Nickname */
            nickname: string;
            /** Pending Minor */
            pending_minor: number;
            /** Settled Minor */
            settled_minor: number;
            state: components["schemas"]["DistributorState"];
        };
        /**
         * DistributorPage
         * @description A page of distributors, and how many stand in each state.
         */
        DistributorPage: {
            /** Counts */
            counts: {
                [key: string]: number;
            };
            /** Items */
            items: components["schemas"]["DistributorOut"][];
            /** Next */
            next: string | null;
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
         * Fact
         * @description What a line of a notice may say.
         * @enum {string}
         */
        Fact: "number" | "goods" | "amount" | "carrier" | "tracking" | "reason" | "status" | "time" | "hint";
        /** FailureOut */
        FailureOut: {
            /** Code */
            code: string;
            /** Detail */
            detail: string;
            /**
             * Image Id
             * Format: uuid
             */
            image_id: string;
            /** Source Url */
            source_url: string;
        };
        /**
         * Figure
         * @description A figure of a statement that can be traced to its transfers.
         * @enum {string}
         */
        Figure: "gross" | "refunds" | "fee" | "commission" | "distribution" | "payout";
        /**
         * FindingState
         * @description How a precondition stands. Only OK lets anything go on; what cannot be known is never OK.
         * @enum {string}
         */
        FindingState: "ok" | "todo" | "wrong" | "unknown" | "asked";
        /**
         * FreightIn
         * @description A flat fee, waived from so much goods on; null: never.
         */
        FreightIn: {
            /** Flat Minor */
            flat_minor: number;
            /** Free From Minor */
            free_from_minor?: number | null;
        };
        /**
         * FreightOut
         * @description The shop's rule for delivery.
         */
        FreightOut: {
            /** Flat Minor */
            flat_minor: number;
            /** Free From Minor */
            free_from_minor: number | null;
        };
        /**
         * FrontIn
         * @description Only what is sent changes. `logo_id` null takes the logo away.
         */
        FrontIn: {
            /** Announcement */
            announcement?: string | null;
            /** Banners */
            banners?: components["schemas"]["BannerIn"][] | null;
            /** Brand Colour */
            brand_colour?: string | null;
            /** Chosen Product Ids */
            chosen_product_ids?: string[] | null;
            /** Hot Words */
            hot_words?: string[] | null;
            /** Language */
            language?: ("zh-Hans" | "en") | null;
            /** Logo Id */
            logo_id?: string | null;
            /** Service Phone */
            service_phone?: string | null;
            /** Shows Newest */
            shows_newest?: boolean | null;
            tab_labels?: components["schemas"]["TabLabels"] | null;
        };
        /** FrontOut */
        FrontOut: {
            /** Announcement */
            announcement: string;
            /** Banners */
            banners: components["schemas"]["StaffBannerOut"][];
            /** Brand Colour */
            brand_colour: string;
            /** Chosen Product Ids */
            chosen_product_ids: string[];
            /** Hot Words */
            hot_words: string[];
            /**
             * Language
             * @enum {string}
             */
            language: "zh-Hans" | "en";
            /** Logo Id */
            logo_id: string | null;
            /** Service Phone */
            service_phone: string;
            /** Shows Newest */
            shows_newest: boolean;
            tab_labels: components["schemas"]["TabLabels"];
            /** Version */
            version: number;
        };
        /**
         * Goal
         * @description How far a release goes by itself; a person does the rest.
         * @enum {string}
         */
        Goal: "preview" | "audit" | "release";
        /**
         * GrantOut
         * @description Whether the shop's merchant lets the platform transfer: AUTHORIZED, UNAUTHORIZED, CANCELED.
         *
         *     Anything but AUTHORIZED: the owner must agree in WeChat Pay's merchant pages.
         */
        GrantOut: {
            /** State */
            state: string;
            /** Sub Mchid */
            sub_mchid: string;
        };
        /**
         * HandOverIn
         * @description The code on the buyer's phone.
         */
        HandOverIn: {
            /** Code */
            code: string;
        };
        /**
         * ImageOut
         * @description Addresses are empty until the picture is stored; `failure` is a sentence, or empty.
         */
        ImageOut: {
            /** Failure */
            failure: string;
            /** Failure Code */
            failure_code: string;
            /** Height */
            height: number;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Large Url */
            large_url: string;
            /** Medium Url */
            medium_url: string;
            /** Small Url */
            small_url: string;
            /** Source Url */
            source_url: string;
            /**
             * State
             * @enum {string}
             */
            state: "pending" | "stored" | "failed";
            /** Width */
            width: number;
        };
        /**
         * ImportLine
         * @description Counts are of products; `sku_count` is of the file's SKUs.
         */
        ImportLine: {
            /** By */
            by: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Created Count */
            created_count: number;
            /** Error Count */
            error_count: number;
            /** File Name */
            file_name: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Mode
             * @enum {string}
             */
            mode: "all_or_nothing" | "good_rows";
            /**
             * Outcome
             * @enum {string}
             */
            outcome: "done" | "previewed" | "refused";
            /** Sku Count */
            sku_count: number;
            /** Unchanged Count */
            unchanged_count: number;
            /** Updated Count */
            updated_count: number;
            /** Warning Count */
            warning_count: number;
        };
        /**
         * ImportOut
         * @description `errors` and `warnings` have the first 1,000 of each.
         */
        ImportOut: {
            /** By */
            by: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Created Count */
            created_count: number;
            /** Error Count */
            error_count: number;
            /** Errors */
            errors: components["schemas"]["ComplaintOut"][];
            /** File Name */
            file_name: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Mode
             * @enum {string}
             */
            mode: "all_or_nothing" | "good_rows";
            /**
             * Outcome
             * @enum {string}
             */
            outcome: "done" | "previewed" | "refused";
            pictures: components["schemas"]["PicturesOut"];
            /** Sku Count */
            sku_count: number;
            /** Unchanged Count */
            unchanged_count: number;
            /** Unknown Columns */
            unknown_columns: string[];
            /** Updated Count */
            updated_count: number;
            /** Warning Count */
            warning_count: number;
            /** Warnings */
            warnings: components["schemas"]["ComplaintOut"][];
        };
        /** ImportPage */
        ImportPage: {
            /** Items */
            items: components["schemas"]["ImportLine"][];
            /** Next */
            next: string | null;
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
         * LinesIn
         * @description Which lines of a statement.
         */
        LinesIn: {
            /** Cursor */
            cursor?: string | null;
            figure: components["schemas"]["Figure"];
            /**
             * Limit
             * @default 20
             */
            limit: number;
        };
        /**
         * LinkCodeOut
         * @description Eight digits, shown this once.
         */
        LinkCodeOut: {
            /** Code */
            code: string;
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
        };
        /**
         * MemberWalletOut
         * @description A member's wallet; below zero the member owes.
         */
        MemberWalletOut: {
            /** Available Minor */
            available_minor: number;
            /**
             * Member Id
             * Format: uuid
             */
            member_id: string;
            /** Nickname */
            nickname: string;
        };
        /**
         * MemberWalletPage
         * @description A page of the shop's wallets.
         */
        MemberWalletPage: {
            /** Items */
            items: components["schemas"]["MemberWalletOut"][];
            /** Next */
            next: string | null;
        };
        /**
         * Mode
         * @description What happens to the good rows of a file that has bad ones.
         * @enum {string}
         */
        Mode: "all_or_nothing" | "good_rows";
        /**
         * Module
         * @description A part of the mini-program: one subpackage of the template, and the operations it needs.
         * @enum {string}
         */
        Module: "shop" | "market" | "cashback" | "owner";
        /**
         * ModulesIn
         * @description All parts of the mini-program that are to be open; the others are closed.
         */
        ModulesIn: {
            /** Modules */
            modules: components["schemas"]["Module"][];
        };
        /**
         * ModulesOut
         * @description The parts that are open.
         */
        ModulesOut: {
            /** Modules */
            modules: components["schemas"]["Module"][];
        };
        /**
         * News
         * @description What happened.
         * @enum {string}
         */
        News: "order_paid" | "order_shipped" | "refunded";
        /**
         * NoticeOut
         * @description `data` is what the customer read, by the keys of the template.
         */
        NoticeOut: {
            /** Attempts */
            attempts: number;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Data */
            data: {
                [key: string]: string;
            };
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Last Error */
            last_error: string;
            news: components["schemas"]["News"];
            /**
             * Order Id
             * Format: uuid
             */
            order_id: string;
            /** Order Number */
            order_number: string;
            /** Sent At */
            sent_at: string | null;
            state: components["schemas"]["NoticeState"];
        };
        /** NoticePage */
        NoticePage: {
            /** Items */
            items: components["schemas"]["NoticeOut"][];
            /** Next */
            next: string | null;
        };
        /**
         * NoticeState
         * @description Where a notice stands. Only `notices.moves` writes it.
         * @enum {string}
         */
        NoticeState: "queued" | "sending" | "sent" | "no_permit" | "refused" | "failed";
        /** NoticeTemplatesOut */
        NoticeTemplatesOut: {
            /** Setups */
            setups: components["schemas"]["SetUpOut"][];
            /** Templates */
            templates: components["schemas"]["TemplateOut"][];
        };
        /**
         * Noun
         * @description What a line of a bill is about: a payment, a refund, or a movement of funds.
         * @enum {string}
         */
        Noun: "payment" | "refund" | "flow";
        /**
         * Occasion
         * @description When a rule speaks.
         * @enum {string}
         */
        Occasion: "followed" | "exact" | "contains";
        /**
         * OrderDetail
         * @description An order with everything that happened to it.
         *
         *     `payment_state`: none (it costs nothing), open, succeeded or closed. `refund_state`: none,
         *     in_progress, partly or fully.
         */
        OrderDetail: {
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
            /** Total Minor */
            total_minor: number;
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
         * OrderState
         * @description Where an order stands. Only `_move` in `shop.orders.actions` writes it.
         *
         *     While some lines wait for a parcel the order is PAID; `quantity_shipped` tells the rest. One
         *     that is fetched is SHIPPED when it lies ready, and COMPLETED when the buyer has it (ADR 0017).
         * @enum {string}
         */
        OrderState: "unpaid" | "paid" | "shipped" | "completed" | "cancelled" | "refunded";
        /**
         * ParcelIn
         * @description A parcel; without `lines` it holds everything that is left.
         */
        ParcelIn: {
            /** Carrier Code */
            carrier_code: string;
            /** Lines */
            lines?: components["schemas"]["ShippedLine"][] | null;
            /** Tracking Number */
            tracking_number: string;
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
         * Part
         * @description What is configured, in this order.
         * @enum {string}
         */
        Part: "info" | "domains" | "privacy" | "categories";
        /**
         * PartKind
         * @description What kind of content a part is.
         * @enum {string}
         */
        PartKind: "text" | "picture";
        /**
         * PeriodIn
         * @description The first and the last day of a period, both included.
         */
        PeriodIn: {
            /**
             * From
             * Format: date
             */
            from: string;
            /**
             * To
             * Format: date
             */
            to: string;
        };
        /**
         * PeriodLinesIn
         * @description Which lines of a period.
         */
        PeriodLinesIn: {
            /** Cursor */
            cursor?: string | null;
            figure: components["schemas"]["Figure"];
            /**
             * From
             * Format: date
             */
            from: string;
            /**
             * Limit
             * @default 20
             */
            limit: number;
            /**
             * To
             * Format: date
             */
            to: string;
        };
        /**
         * PeriodOut
         * @description The sums of a period, in minor units.
         *
         *     net = gross - refunds - fee - commission - distribution.
         *
         *     `payout_minor` went to the owner's bank meanwhile; it is no part of the net.
         */
        PeriodOut: {
            /** Commission Minor */
            commission_minor: number;
            /** Currency */
            currency: string;
            /** Distribution Minor */
            distribution_minor: number;
            /** Fee Minor */
            fee_minor: number;
            /**
             * First
             * Format: date
             */
            first: string;
            /** Gross Minor */
            gross_minor: number;
            /** Is Closed */
            is_closed: boolean;
            /**
             * Last
             * Format: date
             */
            last: string;
            /** Net Minor */
            net_minor: number;
            /** Orders Count */
            orders_count: number;
            /** Payout Minor */
            payout_minor: number;
            /** Refunds Count */
            refunds_count: number;
            /** Refunds Minor */
            refunds_minor: number;
        };
        /**
         * PhoneLinkIn
         * @description `link_code` is what the portal shows; `device` is what the phone calls itself.
         */
        PhoneLinkIn: {
            /** Appid */
            appid: string;
            /** Code */
            code: string;
            /**
             * Device
             * @default
             */
            device: string;
            /** Link Code */
            link_code: string;
        };
        /**
         * PhoneLoginIn
         * @description A fresh code of `wx.login`.
         */
        PhoneLoginIn: {
            /** Appid */
            appid: string;
            /** Code */
            code: string;
        };
        /**
         * PhoneOut
         * @description A phone on which somebody of the staff works.
         */
        PhoneOut: {
            /** Device */
            device: string;
            /** Email */
            email: string;
            /** Id */
            id: number;
            /** Is This One */
            is_this_one: boolean;
            /**
             * Linked At
             * Format: date-time
             */
            linked_at: string;
            role: components["schemas"]["Role"];
            /**
             * Used At
             * Format: date-time
             */
            used_at: string;
        };
        /**
         * PhoneSignedInOut
         * @description `token` is sent as Bearer; `role` is what its bearer may do at this moment.
         */
        PhoneSignedInOut: {
            /** Email */
            email: string;
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
            /** Phone Id */
            phone_id: number;
            role: components["schemas"]["Role"];
            /** Token */
            token: string;
        };
        /**
         * PhonesOut
         * @description All that the asker may see.
         */
        PhonesOut: {
            /** Items */
            items: components["schemas"]["PhoneOut"][];
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
         * PickupPointIn
         * @description `hours` says in words when it is open. `phone` holds digits, spaces, `+` and `-`.
         */
        PickupPointIn: {
            /** Address */
            address: string;
            /** Hours */
            hours: string;
            /**
             * Is Active
             * @default true
             */
            is_active: boolean;
            /** Name */
            name: string;
            /** Phone */
            phone: string;
        };
        /**
         * PickupPointOut
         * @description A point as the shop's staff see it.
         */
        PickupPointOut: {
            /** Address */
            address: string;
            /** Hours */
            hours: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Is Active */
            is_active: boolean;
            /** Name */
            name: string;
            /** Phone */
            phone: string;
        };
        /** PickupPointsOut */
        PickupPointsOut: {
            /** Items */
            items: components["schemas"]["PickupPointOut"][];
        };
        /**
         * PictureFailureOut
         * @description `state` pending with a reason: it is tried again.
         */
        PictureFailureOut: {
            /** Code */
            code: string;
            /** Count */
            count: number;
            /** Detail */
            detail: string;
            /**
             * State
             * @enum {string}
             */
            state: "pending" | "stored" | "failed";
        };
        /** PictureIn */
        PictureIn: {
            /**
             * Alt
             * @default
             */
            alt: string;
            /**
             * Image Id
             * Format: uuid
             */
            image_id: string;
            /** Values */
            values?: string[] | null;
        };
        /** PictureOut */
        PictureOut: {
            /** Alt */
            alt: string;
            /**
             * Image Id
             * Format: uuid
             */
            image_id: string;
            /** Sku Id */
            sku_id: string | null;
            /** Source Url */
            source_url: string;
            /**
             * State
             * @enum {string}
             */
            state: "pending" | "stored" | "failed";
        };
        /** PicturesOut */
        PicturesOut: {
            /** Failed */
            failed: number;
            /** Failures */
            failures: components["schemas"]["FailureOut"][];
            /** Pending */
            pending: number;
            /** Reasons */
            reasons: components["schemas"]["PictureFailureOut"][];
            /** Stored */
            stored: number;
        };
        /** PriceIn */
        PriceIn: {
            /** Price Minor */
            price_minor: number;
            /**
             * Sku Id
             * Format: uuid
             */
            sku_id: string;
        };
        /**
         * PricesIn
         * @description Prices of some of a product's SKUs; the others stay.
         */
        PricesIn: {
            /** Prices */
            prices: components["schemas"]["PriceIn"][];
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
         * ProductChange
         * @description Only what is sent changes; `spec_names` and `skus` are sent together.
         */
        ProductChange: {
            /** Category Id */
            category_id?: string | null;
            /** Description Html */
            description_html?: string | null;
            /** Images */
            images?: components["schemas"]["PictureIn"][] | null;
            /** Product Type */
            product_type?: string | null;
            /** Skus */
            skus?: components["schemas"]["SkuIn"][] | null;
            /** Spec Names */
            spec_names?: string[] | null;
            /** Subtitle */
            subtitle?: string | null;
            /** Tags */
            tags?: string[] | null;
            /** Title */
            title?: string | null;
            /** Vendor */
            vendor?: string | null;
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
        /**
         * ProductIn
         * @description A product without specs has one SKU with `values` [].
         */
        ProductIn: {
            /** Category Id */
            category_id?: string | null;
            /**
             * Code
             * @default
             */
            code: string;
            /**
             * Description Html
             * @default
             */
            description_html: string;
            /**
             * Images
             * @default []
             */
            images: components["schemas"]["PictureIn"][];
            /**
             * Product Type
             * @default
             */
            product_type: string;
            /** Skus */
            skus: components["schemas"]["SkuIn"][];
            /**
             * Spec Names
             * @default []
             */
            spec_names: string[];
            /**
             * Subtitle
             * @default
             */
            subtitle: string;
            /**
             * Tags
             * @default []
             */
            tags: string[];
            /** Title */
            title: string;
            /**
             * Vendor
             * @default
             */
            vendor: string;
        };
        /**
         * ProgramDetailOut
         * @description An app with its configuration, what lacks, and its history, the latest first.
         */
        ProgramDetailOut: {
            /** Appid */
            appid: string;
            /** Authorised At */
            authorised_at: string | null;
            /** Categories */
            categories: string[];
            /** Head Image Url */
            head_image_url: string;
            /** History */
            history: components["schemas"]["ProgramStepOut"][];
            /** Id */
            id: number;
            /** Introduction */
            introduction: string;
            /** Is Verified */
            is_verified: boolean;
            kind: components["schemas"]["ProgramKind"];
            /** Lacks */
            lacks: components["schemas"]["ProgramLackOut"][];
            /** Nick Name */
            nick_name: string;
            /** Permission Set Ids */
            permission_set_ids: number[];
            /** Principal Name */
            principal_name: string;
            /** Settings */
            settings: components["schemas"]["ProgramSettingOut"][];
            state: components["schemas"]["ProgramState"];
            /** Unauthorised At */
            unauthorised_at: string | null;
        };
        /**
         * ProgramKind
         * @description What an app at WeChat is.
         * @enum {string}
         */
        ProgramKind: "mini_program" | "official_account";
        /**
         * ProgramLackOut
         * @description Something to mend before a version can be committed.
         */
        ProgramLackOut: {
            /** Code */
            code: string;
            /** En */
            en: string;
            /** Zh */
            zh: string;
        };
        /**
         * ProgramOut
         * @description An app of the shop at WeChat: names are what WeChat told last.
         */
        ProgramOut: {
            /** Appid */
            appid: string;
            /** Authorised At */
            authorised_at: string | null;
            /** Head Image Url */
            head_image_url: string;
            /** Id */
            id: number;
            /** Is Verified */
            is_verified: boolean;
            kind: components["schemas"]["ProgramKind"];
            /** Nick Name */
            nick_name: string;
            /** Principal Name */
            principal_name: string;
            state: components["schemas"]["ProgramState"];
            /** Unauthorised At */
            unauthorised_at: string | null;
        };
        /**
         * ProgramRegistrationIn
         * @description The company as it is registered: its name and its unified social credit code.
         */
        ProgramRegistrationIn: {
            /** Code */
            code: string;
            /** Name */
            name: string;
        };
        /**
         * ProgramRegistrationOut
         * @description A new mini-program on its way. Show `authorize_url` as a QR code to the legal person, who has
         *     24 hours; it is empty when nobody is waited for. `program_id` is what came of it.
         */
        ProgramRegistrationOut: {
            /** Authorize Url */
            authorize_url: string;
            /** Company Code */
            company_code: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Ended At */
            ended_at: string | null;
            /** Id */
            id: number;
            /** Name */
            name: string;
            /** Problem */
            problem: string;
            /** Problem Code */
            problem_code: string;
            /** Program Id */
            program_id: number | null;
            state: components["schemas"]["RegistrationState"];
        };
        /**
         * ProgramRegistrationsOut
         * @description The latest 20, the latest first.
         */
        ProgramRegistrationsOut: {
            /** Items */
            items: components["schemas"]["ProgramRegistrationOut"][];
        };
        /**
         * ProgramSettingOut
         * @description One part of the configuration: `failed` comes with WeChat's number or word.
         */
        ProgramSettingOut: {
            /** Applied At */
            applied_at: string | null;
            part: components["schemas"]["Part"];
            /** Problem Code */
            problem_code: string;
            state: components["schemas"]["SettingState"];
        };
        /**
         * ProgramState
         * @description Whether we may act for an app. Only `tenants.programs.moves` writes it.
         * @enum {string}
         */
        ProgramState: "connected" | "authorised" | "unauthorised";
        /**
         * ProgramStepOut
         * @description One line of the app's history.
         */
        ProgramStepOut: {
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** By */
            by: string;
            /** Event */
            event: string;
            /** State */
            state: string;
        };
        /**
         * ProgrammeIn
         * @description The rules, all of them. They count for orders made from now on.
         */
        ProgrammeIn: {
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
         * ProgramsOut
         * @description All of them, the oldest first.
         */
        ProgramsOut: {
            /** Items */
            items: components["schemas"]["ProgramOut"][];
        };
        /**
         * QuestionKind
         * @description What is answered.
         * @enum {string}
         */
        QuestionKind: "yes_no" | "date";
        /**
         * RateIn
         * @description A product's own rate; null: the programme's again.
         */
        RateIn: {
            /** Rate Bp */
            rate_bp: number | null;
        };
        /**
         * RateOut
         * @description A product with a rate of its own; zero: it brings no commission.
         */
        RateOut: {
            /**
             * Product Id
             * Format: uuid
             */
            product_id: string;
            /** Rate Bp */
            rate_bp: number;
            /** Title */
            title: string;
        };
        /**
         * ReadinessAnswerIn
         * @description `yes` or `no`, or a date as 2027-01-31.
         */
        ReadinessAnswerIn: {
            /** Value */
            value: string;
        };
        /**
         * ReadinessItemOut
         * @description One precondition, in the language of the request. `how` is the exact next step.
         */
        ReadinessItemOut: {
            blocks: components["schemas"]["Blocks"];
            /** Checked At */
            checked_at: string | null;
            /** Detail */
            detail: string;
            /** How */
            how: string;
            /** Key */
            key: string;
            /** Link */
            link: string;
            question: components["schemas"]["ReadinessQuestionOut"] | null;
            state: components["schemas"]["FindingState"];
            /** Title */
            title: string;
            /** Why */
            why: string;
        };
        /**
         * ReadinessOut
         * @description How the shop and one of its mini-programs stand. `program_id` is null before the first.
         */
        ReadinessOut: {
            /** Checked At */
            checked_at: string | null;
            /** Is Ready To Be Paid */
            is_ready_to_be_paid: boolean;
            /** Is Ready To Release */
            is_ready_to_release: boolean;
            /** Is Running */
            is_running: boolean;
            /** Items */
            items: components["schemas"]["ReadinessItemOut"][];
            /** Program Id */
            program_id: number | null;
        };
        /**
         * ReadinessQuestionOut
         * @description What only the owner knows: answer by `POST /readiness/answers/{check_key}`.
         */
        ReadinessQuestionOut: {
            /** Answer */
            answer: string;
            kind: components["schemas"]["QuestionKind"];
            /** Text */
            text: string;
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
         * RefundAsked
         * @description The refund is on its way; the order is `refunded` when the money has arrived.
         */
        RefundAsked: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Number */
            number: string;
            /** Refund State */
            refund_state: string;
            /** State */
            state: string;
        };
        /**
         * RefundIn
         * @description Why all of the money goes back: the buyer reads it.
         */
        RefundIn: {
            /** Reason */
            reason: string;
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
         * RefuseIn
         * @description Why not: the customer reads it.
         */
        RefuseIn: {
            /** Answer */
            answer: string;
        };
        /**
         * RegistrationState
         * @description Where the registration of a new mini-program stands. Only `programs.moves` writes it.
         * @enum {string}
         */
        RegistrationState: "asking" | "waiting" | "registered" | "failed";
        /**
         * ReleaseDetailOut
         * @description A release with its refusals, the latest first, and its history, the oldest first.
         */
        ReleaseDetailOut: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Decided At */
            decided_at: string | null;
            /** Ext */
            ext: {
                [key: string]: string;
            };
            goal: components["schemas"]["Goal"];
            /** Grey Percentage */
            grey_percentage: number;
            /** History */
            history: components["schemas"]["ReleaseStepOut"][];
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Is Detected */
            is_detected: boolean;
            /** Next */
            next: string[];
            /** Problem */
            problem: string;
            /** Problem Code */
            problem_code: string;
            /** Program Id */
            program_id: number;
            /** Rejections */
            rejections: components["schemas"]["ReleaseRejectionOut"][];
            /** Released At */
            released_at: string | null;
            state: components["schemas"]["ReleaseState"];
            /** Submitted At */
            submitted_at: string | null;
            /** Version */
            version: string;
        };
        /**
         * ReleaseGreyIn
         * @description The share of customers, which can only grow.
         */
        ReleaseGreyIn: {
            /** Percentage */
            percentage: number;
        };
        /**
         * ReleaseOut
         * @description A version on its way to one mini-program. `problem_code` says why it stands still: a word of
         *     ours, or WeChat's number. `next` are the operations that are possible now.
         */
        ReleaseOut: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Decided At */
            decided_at: string | null;
            goal: components["schemas"]["Goal"];
            /** Grey Percentage */
            grey_percentage: number;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Is Detected */
            is_detected: boolean;
            /** Next */
            next: string[];
            /** Problem */
            problem: string;
            /** Problem Code */
            problem_code: string;
            /** Program Id */
            program_id: number;
            /** Released At */
            released_at: string | null;
            state: components["schemas"]["ReleaseState"];
            /** Submitted At */
            submitted_at: string | null;
            /** Version */
            version: string;
        };
        /**
         * ReleaseRejectionOut
         * @description WeChat's no: its reason as plain text, what to do, and its pictures as addresses.
         */
        ReleaseRejectionOut: {
            /** Advice Code */
            advice_code: string;
            /** Advice En */
            advice_en: string;
            /** Advice Zh */
            advice_zh: string;
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** Link */
            link: string;
            /** Reason */
            reason: string;
            /** Screenshots */
            screenshots: string[];
        };
        /**
         * ReleaseStartIn
         * @description How far to go without another click: the preview, WeChat's decision, or the customers.
         */
        ReleaseStartIn: {
            /** @default preview */
            goal: components["schemas"]["Goal"];
        };
        /**
         * ReleaseState
         * @description Where a release stands. Only `releases.moves` writes it.
         *
         *     COMMITTING, SUBMITTING, RELEASING and REVERTING are intents: committed before WeChat is called,
         *     so that whatever dies in between is found again, and WeChat is asked before it is told twice.
         * @enum {string}
         */
        ReleaseState: "draft" | "preflight_failed" | "ready" | "committing" | "committed" | "submitting" | "auditing" | "rejected" | "delayed" | "withdrawn" | "approved" | "gray" | "releasing" | "released" | "superseded" | "reverting" | "reverted" | "stopped";
        /**
         * ReleaseStepOut
         * @description One line of a release's history.
         */
        ReleaseStepOut: {
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** By */
            by: string;
            /** Event */
            event: string;
            state: components["schemas"]["ReleaseState"];
        };
        /**
         * ReleaseSubmitIn
         * @description What the reviewers read. `feedback` counts after a refusal only.
         */
        ReleaseSubmitIn: {
            /**
             * Feedback
             * @default
             */
            feedback: string;
            /**
             * Version Desc
             * @default
             */
            version_desc: string;
        };
        /**
         * ReleasesOut
         * @description The latest 50, the latest first.
         */
        ReleasesOut: {
            /** Items */
            items: components["schemas"]["ReleaseOut"][];
        };
        /**
         * ReplyKind
         * @description What is said.
         * @enum {string}
         */
        ReplyKind: "text" | "program_link";
        /**
         * ReturnIn
         * @description What of an order goes back. `is_restocked`: pieces that had gone out are on the shelf again.
         *
         *     Pieces that did not go out are taken first, and go out no more.
         */
        ReturnIn: {
            /**
             * Freight Minor
             * @default 0
             */
            freight_minor: number;
            /**
             * Is Restocked
             * @default false
             */
            is_restocked: boolean;
            /**
             * Lines
             * @default []
             */
            lines: components["schemas"]["ReturnLineIn"][];
            /** Parcels Count */
            parcels_count?: number | null;
            /** Reason */
            reason: string;
        };
        /**
         * ReturnLineIn
         * @description Pieces of a line, or money of it; `amount_minor` null: what the pieces are worth.
         */
        ReturnLineIn: {
            /** Amount Minor */
            amount_minor?: number | null;
            /**
             * Line Id
             * Format: uuid
             */
            line_id: string;
            /**
             * Quantity
             * @default 0
             */
            quantity: number;
        };
        /**
         * ReturnLineOut
         * @description What of a line goes back; `quantity_cancelled` of the pieces had not gone out.
         */
        ReturnLineOut: {
            /** Amount Minor */
            amount_minor: number;
            /**
             * Line Id
             * Format: uuid
             */
            line_id: string;
            /** Quantity */
            quantity: number;
            /** Quantity Cancelled */
            quantity_cancelled: number;
        };
        /**
         * ReturnOut
         * @description What was asked back. `state`: waiting (for a second person), asked, succeeded, closed (WeChat
         *     gave up; it may be asked again) or declined.
         */
        ReturnOut: {
            /** Amount Minor */
            amount_minor: number;
            /** By */
            by: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Currency */
            currency: string;
            /** Decided By */
            decided_by: string;
            /** Freight Minor */
            freight_minor: number;
            /** Goods Minor */
            goods_minor: number;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Is Restocked */
            is_restocked: boolean;
            /** Is Whole */
            is_whole: boolean;
            /** Lines */
            lines: components["schemas"]["ReturnLineOut"][];
            /** Reason */
            reason: string;
            /** State */
            state: string;
        };
        /**
         * Role
         * @description What a member of a shop's staff may do; each role may do all that the next one may.
         * @enum {string}
         */
        Role: "owner" | "manager" | "fulfilment";
        /**
         * RoleIn
         * @description Another role.
         */
        RoleIn: {
            role: components["schemas"]["Role"];
        };
        /**
         * RuleChange
         * @description Only what is sent changes.
         */
        RuleChange: {
            /** Is On */
            is_on?: boolean | null;
            /** Keyword */
            keyword?: string | null;
            kind?: components["schemas"]["ReplyKind"] | null;
            /** Link Appid */
            link_appid?: string | null;
            /** Link Path */
            link_path?: string | null;
            /** Link Title */
            link_title?: string | null;
            occasion?: components["schemas"]["Occasion"] | null;
            /** Position */
            position?: number | null;
            /** Text */
            text?: string | null;
        };
        /**
         * RuleIn
         * @description `text` may be empty where there is a link: `link_appid` is one of the shop's own.
         */
        RuleIn: {
            /**
             * Is On
             * @default true
             */
            is_on: boolean;
            /**
             * Keyword
             * @default
             */
            keyword: string;
            /** @default text */
            kind: components["schemas"]["ReplyKind"];
            /**
             * Link Appid
             * @default
             */
            link_appid: string;
            /**
             * Link Path
             * @default
             */
            link_path: string;
            /**
             * Link Title
             * @default
             */
            link_title: string;
            occasion: components["schemas"]["Occasion"];
            /**
             * Position
             * @default 0
             */
            position: number;
            /**
             * Text
             * @default
             */
            text: string;
        };
        /** RuleOut */
        RuleOut: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Is On */
            is_on: boolean;
            /** Keyword */
            keyword: string;
            kind: components["schemas"]["ReplyKind"];
            /** Link Appid */
            link_appid: string;
            /** Link Path */
            link_path: string;
            /** Link Title */
            link_title: string;
            occasion: components["schemas"]["Occasion"];
            /** Position */
            position: number;
            /** Text */
            text: string;
        };
        /** RulesOut */
        RulesOut: {
            /** Items */
            items: components["schemas"]["RuleOut"][];
        };
        /** SetUpIn */
        SetUpIn: {
            /** Appid */
            appid: string;
        };
        /**
         * SetUpOut
         * @description `missing` is the news for which WeChat's library has no template in the app's categories.
         */
        SetUpOut: {
            /** Appid */
            appid: string;
            /** Last Error */
            last_error: string;
            /** Missing */
            missing: components["schemas"]["News"][];
            state: components["schemas"]["SetUpState"];
        };
        /**
         * SetUpState
         * @description Whether an app's templates are chosen.
         * @enum {string}
         */
        SetUpState: "wanted" | "done" | "failed";
        /**
         * SettingState
         * @description Where a part stands. Only `programs.moves` writes it.
         * @enum {string}
         */
        SettingState: "wanted" | "applying" | "applied" | "failed";
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
         * ShippedLine
         * @description So many pieces of one line of the order.
         */
        ShippedLine: {
            /**
             * Line Id
             * Format: uuid
             */
            line_id: string;
            /** Quantity */
            quantity: number;
        };
        /**
         * ShopOut
         * @description The shop, and who is asking.
         */
        ShopOut: {
            /** Closes At */
            closes_at: string | null;
            /** Currency */
            currency: string;
            /** Email */
            email: string;
            /** Id */
            id: string;
            /** Modules */
            modules: components["schemas"]["Module"][];
            /** Name */
            name: string;
            role: components["schemas"]["Role"];
            /** State */
            state: string;
            /** Storefront Url */
            storefront_url: string;
            /** Timezone */
            timezone: string;
            wechat: components["schemas"]["WeChatOut"];
        };
        /**
         * SkuIn
         * @description `values` names one value for each spec, in the specs' order.
         */
        SkuIn: {
            /**
             * Barcode
             * @default
             */
            barcode: string;
            /**
             * Code
             * @default
             */
            code: string;
            /** Compare Price Minor */
            compare_price_minor?: number | null;
            /** Price Minor */
            price_minor: number;
            /**
             * Values
             * @default []
             */
            values: string[];
            /**
             * Weight Grams
             * @default 0
             */
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
         * StaffAfterSalePage
         * @description A page of the shop's requests, and how many stand in each state.
         */
        StaffAfterSalePage: {
            /** Counts */
            counts: {
                [key: string]: number;
            };
            /** Items */
            items: components["schemas"]["AfterSaleOut"][];
            /** Next */
            next: string | null;
        };
        /** StaffBannerOut */
        StaffBannerOut: {
            /**
             * Image Id
             * Format: uuid
             */
            image_id: string;
            /** Product Id */
            product_id: string | null;
            /** Title */
            title: string;
        };
        /**
         * StaffCouponOut
         * @description A coupon with what became of it; `stopped_at`: it is given out no more.
         */
        StaffCouponOut: {
            /** Amount Minor */
            amount_minor: number;
            /** Claimed Count */
            claimed_count: number;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
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
            /** Reserved Count */
            reserved_count: number;
            scope: components["schemas"]["CouponScope"];
            /** Scope Ids */
            scope_ids: string[];
            /** Starts At */
            starts_at: string | null;
            /** Stopped At */
            stopped_at: string | null;
            /** Title */
            title: string;
            /** Total */
            total: number;
            /** Used Count */
            used_count: number;
        };
        /**
         * StaffCouponPage
         * @description A page of the shop's coupons.
         */
        StaffCouponPage: {
            /** Items */
            items: components["schemas"]["StaffCouponOut"][];
            /** Next */
            next: string | null;
        };
        /**
         * StaffIn
         * @description Somebody to add by e-mail.
         */
        StaffIn: {
            /** Email */
            email: string;
            role: components["schemas"]["Role"];
        };
        /**
         * StaffList
         * @description All of them: a shop has at most 50.
         */
        StaffList: {
            /** Items */
            items: components["schemas"]["StaffOut"][];
        };
        /**
         * StaffOrderOut
         * @description An order as staff see it in a list.
         */
        StaffOrderOut: {
            address: components["schemas"]["ShipToOut"];
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
            /** Paid At */
            paid_at: string | null;
            /** Parcels Count */
            parcels_count: number;
            pickup: components["schemas"]["PickupOut"] | null;
            /** Refund Requested At */
            refund_requested_at: string | null;
            /** Refunded Minor */
            refunded_minor: number;
            /** Remark */
            remark: string;
            /** State */
            state: string;
            /** Total Minor */
            total_minor: number;
        };
        /**
         * StaffOrderPage
         * @description A page of the shop's orders.
         */
        StaffOrderPage: {
            /** Counts */
            counts: {
                [key: string]: number;
            };
            /** Items */
            items: components["schemas"]["StaffOrderOut"][];
            /** Next */
            next: string | null;
        };
        /**
         * StaffOut
         * @description A member of the shop's staff.
         */
        StaffOut: {
            /** Email */
            email: string;
            /** Id */
            id: number;
            role: components["schemas"]["Role"];
            /**
             * Since
             * Format: date-time
             */
            since: string;
        };
        /** StaffProductCard */
        StaffProductCard: {
            /** Available */
            available: number;
            /** Category Id */
            category_id: string | null;
            /** Code */
            code: string;
            /** Currency */
            currency: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Image Url */
            image_url: string | null;
            /** Max Price Minor */
            max_price_minor: number;
            /** Price Minor */
            price_minor: number;
            /** Sku Count */
            sku_count: number;
            /**
             * State
             * @enum {string}
             */
            state: "draft" | "on_sale" | "hidden";
            /** Title */
            title: string;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
            /** Version */
            version: number;
        };
        /**
         * StaffProductOut
         * @description `images` are those that buyers see; `pictures` also those that are awaited or failed.
         */
        StaffProductOut: {
            /** Category Id */
            category_id: string | null;
            /** Code */
            code: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
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
            /** Pictures */
            pictures: components["schemas"]["PictureOut"][];
            /** Price Minor */
            price_minor: number;
            /** Product Type */
            product_type: string;
            /** Skus */
            skus: components["schemas"]["StaffSkuOut"][];
            /** Specs */
            specs: components["schemas"]["SpecOut"][];
            /**
             * State
             * @enum {string}
             */
            state: "draft" | "on_sale" | "hidden";
            /** Subtitle */
            subtitle: string;
            /** Tags */
            tags: string[];
            /** Title */
            title: string;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
            /** Vendor */
            vendor: string;
            /** Version */
            version: number;
        };
        /** StaffProductPage */
        StaffProductPage: {
            /** Items */
            items: components["schemas"]["StaffProductCard"][];
            /** Next */
            next: string | null;
        };
        /** StaffSkuOut */
        StaffSkuOut: {
            /** Available */
            available: number;
            /** Barcode */
            barcode: string;
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
            /** On Hand */
            on_hand: number;
            /** Price Minor */
            price_minor: number;
            /** Reserved */
            reserved: number;
            /**
             * State
             * @enum {string}
             */
            state: "active" | "retired";
            /** Value Ids */
            value_ids: string[];
            /** Weight Grams */
            weight_grams: number;
        };
        /**
         * StaffStepOut
         * @description One line of a withdrawal's history, with who did it.
         */
        StaffStepOut: {
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** By */
            by: string;
            /** Event */
            event: string;
            state: components["schemas"]["WithdrawalState"];
        };
        /**
         * StaffWithdrawalOut
         * @description A withdrawal as staff see it. `refusal` is WeChat's code while it refuses.
         */
        StaffWithdrawalOut: {
            /** Amount Minor */
            amount_minor: number;
            /** Answer */
            answer: string;
            /** Approver */
            approver: string;
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
             * Holder
             * Format: uuid
             */
            holder: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Needs Second */
            needs_second: boolean;
            /** Net Minor */
            net_minor: number;
            /** Nickname */
            nickname: string;
            /** Number */
            number: string;
            /** Refusal */
            refusal: string;
            /** Reviewer */
            reviewer: string;
            state: components["schemas"]["WithdrawalState"];
            /** Steps */
            steps: components["schemas"]["StaffStepOut"][];
            /** Transfer Bill No */
            transfer_bill_no: string;
            /** Tries Count */
            tries_count: number;
        };
        /**
         * StaffWithdrawalPage
         * @description A page of the shop's withdrawals, and how many stand in each state.
         */
        StaffWithdrawalPage: {
            /** Counts */
            counts: {
                [key: string]: number;
            };
            /** Items */
            items: components["schemas"]["StaffWithdrawalOut"][];
            /** Next */
            next: string | null;
        };
        /**
         * StandingOut
         * @description Where the shop stands now; `closes_at` while it is closing.
         */
        StandingOut: {
            /** Closes At */
            closes_at: string | null;
            /** State */
            state: string;
        };
        /**
         * StatementLineOut
         * @description A transfer of the books behind a figure, with the sign it counts with.
         */
        StatementLineOut: {
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
            /**
             * Journal Id
             * Format: uuid
             */
            journal_id: string;
            /** Kind */
            kind: string;
            /** Order Number */
            order_number: string;
            /** Reference */
            reference: string;
        };
        /**
         * StatementLinesOut
         * @description A page of lines, the oldest first; all pages add up to the figure.
         */
        StatementLinesOut: {
            /** Items */
            items: components["schemas"]["StatementLineOut"][];
            /** Next */
            next: string | null;
        };
        /**
         * StatementOut
         * @description A day of the shop, in minor units of `currency`.
         *
         *     net = gross - refunds - fee - commission - distribution: WeChat's fee, the platform's commission
         *     and what members earn by recommending the shop, each less what was given back.
         */
        StatementOut: {
            /** Commission Minor */
            commission_minor: number;
            /** Currency */
            currency: string;
            /**
             * Day
             * Format: date
             */
            day: string;
            /** Distribution Minor */
            distribution_minor: number;
            /** Fee Minor */
            fee_minor: number;
            /** Gross Minor */
            gross_minor: number;
            /** Is Closed */
            is_closed: boolean;
            /** Net Minor */
            net_minor: number;
            /** Orders Count */
            orders_count: number;
            /** Refunds Count */
            refunds_count: number;
            /** Refunds Minor */
            refunds_minor: number;
        };
        /**
         * StatementsIn
         * @description Which statements: closed days from `from` to `to`, both included.
         */
        StatementsIn: {
            /** Cursor */
            cursor?: string | null;
            /** From */
            from?: string | null;
            /**
             * Limit
             * @default 20
             */
            limit: number;
            /** To */
            to?: string | null;
        };
        /**
         * StatementsOut
         * @description A page of closed statements, the latest first.
         */
        StatementsOut: {
            /** Items */
            items: components["schemas"]["StatementOut"][];
            /** Next */
            next: string | null;
        };
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
         * StockChange
         * @description Either the number that was counted, or by how much it changes.
         *
         *     With `seen_on_hand` the count is refused where another number is on hand by now.
         */
        StockChange: {
            /** Delta */
            delta?: number | null;
            /** On Hand */
            on_hand?: number | null;
            /** Reason */
            reason: string;
            /** Seen On Hand */
            seen_on_hand?: number | null;
        };
        /** StockOut */
        StockOut: {
            /** Available */
            available: number;
            /** Code */
            code: string;
            /** Label */
            label: string;
            /** On Hand */
            on_hand: number;
            /**
             * Product Id
             * Format: uuid
             */
            product_id: string;
            /** Reserved */
            reserved: number;
            /**
             * Sku Id
             * Format: uuid
             */
            sku_id: string;
            /** Title */
            title: string;
        };
        /** StockPage */
        StockPage: {
            /** Items */
            items: components["schemas"]["StockOut"][];
            /** Next */
            next: string | null;
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
         * TemplateOut
         * @description `facts` says which fact each value of the template is.
         */
        TemplateOut: {
            /** Appid */
            appid: string;
            /** Facts */
            facts: {
                [key: string]: components["schemas"]["Fact"];
            };
            news: components["schemas"]["News"];
            /** Template Id */
            template_id: string;
            /** Title */
            title: string;
        };
        /**
         * TodayOut
         * @description The shop's own day so far, and what waits for the staff whenever it came.
         *
         *     `paid_minor` and `refunded_minor` are null for who may not see money. Low stock counts SKUs of
         *     what is on sale with `few` pieces or fewer.
         */
        TodayOut: {
            /** Currency */
            currency: string;
            /**
             * Day
             * Format: date
             */
            day: string;
            /** Few */
            few: number;
            /** Low Stock Count */
            low_stock_count: number;
            /** Orders Count */
            orders_count: number;
            /** Paid Count */
            paid_count: number;
            /** Paid Minor */
            paid_minor: number | null;
            /** Refund Requests Count */
            refund_requests_count: number;
            /** Refunded Minor */
            refunded_minor: number | null;
            /** Refunds Count */
            refunds_count: number;
            /** Shipping Alarms Count */
            shipping_alarms_count: number;
            /** To Hand Over Count */
            to_hand_over_count: number;
            /** To Ship Count */
            to_ship_count: number;
        };
        /**
         * Touch
         * @description Which visit through a distributor's link counts, of those within the window.
         * @enum {string}
         */
        Touch: "first" | "last";
        /**
         * UploadOut
         * @description An order whose parcels WeChat does not know.
         */
        UploadOut: {
            /** Attempts */
            attempts: number;
            /** Last Error */
            last_error: string;
            /** Number */
            number: string;
            /**
             * Order Id
             * Format: uuid
             */
            order_id: string;
            /**
             * Since
             * Format: date-time
             */
            since: string;
            /** State */
            state: string;
        };
        /**
         * Verdict
         * @description What a person says.
         * @enum {string}
         */
        Verdict: "pass" | "refuse";
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
         * WeChatIn
         * @description A mini-program and the sub-merchant that is paid in it.
         */
        WeChatIn: {
            /**
             * Appid
             * @example wx0123456789abcdef
             */
            appid: string;
            /**
             * Sub Mchid
             * @example 1900000109
             */
            sub_mchid: string;
        };
        /**
         * WeChatOut
         * @description The mini-programs and the sub-merchant that are connected.
         */
        WeChatOut: {
            /** Appids */
            appids: string[];
            /** Sub Mchid */
            sub_mchid: string | null;
        };
        /**
         * WithdrawalRulesIn
         * @description The shop's rules, all of them.
         */
        WithdrawalRulesIn: {
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
            /** Second Approval From Minor */
            second_approval_from_minor: number | null;
        };
        /**
         * WithdrawalRulesOut
         * @description The shop's rules. A fee is `fee_bp`/10000 of the amount, rounded half up, and a fixed part.
         *
         *     `daily_minor` and `daily_count` are a member's most in a day of the shop; from
         *     `second_approval_from_minor` on two persons must agree (null: never).
         */
        WithdrawalRulesOut: {
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
            /** Second Approval From Minor */
            second_approval_from_minor: number | null;
        };
        /**
         * WithdrawalState
         * @description Where a withdrawal stands. Only `withdrawals.moves` writes it.
         * @enum {string}
         */
        WithdrawalState: "requested" | "reviewed" | "approved" | "submitting" | "unknown" | "wait_user_confirm" | "processing" | "cancelling" | "paid" | "expired" | "cancelled" | "failed" | "rejected";
        /** WordIn */
        WordIn: {
            /** Word */
            word: string;
        };
        /** WordOut */
        WordOut: {
            /** By */
            by: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Word */
            word: string;
        };
        /** WordsOut */
        WordsOut: {
            /** Items */
            items: components["schemas"]["WordOut"][];
        };
        /**
         * WriteOffIn
         * @description Forgive this debt, which must be what is owed now, and say why.
         */
        WriteOffIn: {
            /** Debt Minor */
            debt_minor: number;
            /** Reason */
            reason: string;
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
    shop_aftersale_backoffice_list_requests: {
        parameters: {
            query?: {
                state?: components["schemas"]["AfterSaleState"] | null;
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
                    "application/json": components["schemas"]["StaffAfterSalePage"];
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
    shop_aftersale_backoffice_show: {
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
    shop_aftersale_backoffice_agree: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                aftersale_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AgreeIn"];
            };
        };
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
    shop_aftersale_backoffice_refuse: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                aftersale_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RefuseIn"];
            };
        };
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
    shop_catalog_backoffice_categories: {
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
                    "application/json": components["schemas"]["CategoriesOut"];
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
    shop_catalog_backoffice_add_category: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CategoryIn"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CategoryOut"];
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
    shop_catalog_backoffice_remove_category: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                category_id: string;
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
    shop_catalog_backoffice_change_category: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                category_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CategoryChange"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CategoryOut"];
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
    tenants_backoffice_begin_closing: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ClosingIn"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StandingOut"];
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
    tenants_backoffice_come_back: {
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
                    "application/json": components["schemas"]["StandingOut"];
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
    shop_coupons_backoffice_list_coupons: {
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
                    "application/json": components["schemas"]["StaffCouponPage"];
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
    shop_coupons_backoffice_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CouponIn"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StaffCouponOut"];
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
    shop_coupons_backoffice_show: {
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
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StaffCouponOut"];
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
    shop_coupons_backoffice_stop: {
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
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StaffCouponOut"];
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
    billing_reconciliation_backoffice_list_differences: {
        parameters: {
            query?: {
                state?: components["schemas"]["DifferenceState"] | null;
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
                    "application/json": components["schemas"]["DifferencesOut"];
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
    shop_distribution_backoffice_list_commissions: {
        parameters: {
            query?: {
                state?: components["schemas"]["CommissionState"] | null;
                distributor_id?: string | null;
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
    shop_distribution_backoffice_explain: {
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
    shop_distribution_backoffice_list_distributors: {
        parameters: {
            query?: {
                state?: components["schemas"]["DistributorState"] | null;
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
                    "application/json": components["schemas"]["DistributorPage"];
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
    shop_distribution_backoffice_accept: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                distributor_id: string;
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
                    "application/json": components["schemas"]["DistributorOut"];
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
    shop_distribution_backoffice_pause: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                distributor_id: string;
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
                    "application/json": components["schemas"]["DistributorOut"];
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
    shop_distribution_backoffice_refuse: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                distributor_id: string;
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
                    "application/json": components["schemas"]["DistributorOut"];
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
    shop_distribution_backoffice_show_programme: {
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
                    "application/json": components["schemas"]["ProgrammeOut"];
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
    shop_distribution_backoffice_set_programme: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProgrammeIn"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProgrammeOut"];
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
    shop_distribution_backoffice_list_rates: {
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
                    "application/json": components["schemas"]["RateOut"][];
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
    shop_distribution_backoffice_set_rate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                product_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RateIn"];
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
    shop_imports_backoffice_export: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A Shopify product CSV */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
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
    shop_home_backoffice_front: {
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
                    "application/json": components["schemas"]["FrontOut"];
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
    shop_home_backoffice_decorate: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FrontIn"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FrontOut"];
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
    shop_media_backoffice_upload: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /**
                     * File
                     * Format: binary
                     */
                    file: string;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImageOut"];
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
    shop_media_backoffice_image: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                image_id: string;
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
                    "application/json": components["schemas"]["ImageOut"];
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
    shop_media_backoffice_retry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                image_id: string;
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
                    "application/json": components["schemas"]["ImageOut"];
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
    shop_imports_backoffice_imports: {
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
                    "application/json": components["schemas"]["ImportPage"];
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
    shop_imports_backoffice_start: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /**
                     * Dry Run
                     * @default false
                     */
                    dry_run?: boolean;
                    /**
                     * File
                     * Format: binary
                     */
                    file: string;
                    /** @default all_or_nothing */
                    mode?: "all_or_nothing" | "good_rows";
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportOut"];
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
    shop_imports_backoffice_an_import: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                import_id: string;
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
                    "application/json": components["schemas"]["ImportOut"];
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
    billing_settlements_backoffice_list_balances: {
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
                    "application/json": components["schemas"]["BalancesOut"];
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
    tenants_programs_backoffice_list_programs: {
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
                    "application/json": components["schemas"]["ProgramsOut"];
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
    tenants_programs_backoffice_begin_authorisation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AuthorisationIn"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthorisationOut"];
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
    tenants_programs_backoffice_list_registrations: {
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
                    "application/json": components["schemas"]["ProgramRegistrationsOut"];
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
    tenants_programs_backoffice_begin_registration: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProgramRegistrationIn"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProgramRegistrationOut"];
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
    tenants_programs_backoffice_read_program: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                program_id: number;
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
                    "application/json": components["schemas"]["ProgramDetailOut"];
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
    tenants_programs_backoffice_configure: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                program_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProgramDetailOut"];
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
    tenants_releases_backoffice_list_releases: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                program_id: number;
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
                    "application/json": components["schemas"]["ReleasesOut"];
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
    tenants_releases_backoffice_start_release: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                program_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReleaseStartIn"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReleaseDetailOut"];
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
    shop_moderation_backoffice_list_checks: {
        parameters: {
            query?: {
                state?: "pending" | "sent" | "passed" | "held" | "refused";
                before?: string | null;
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
                    "application/json": components["schemas"]["CheckPage"];
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
    shop_moderation_backoffice_show_check: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                check_id: string;
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
                    "application/json": components["schemas"]["CheckDetail"];
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
    shop_moderation_backoffice_decide: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                check_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DecisionIn"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckOut"];
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
    shop_moderation_backoffice_list_words: {
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
                    "application/json": components["schemas"]["WordsOut"];
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
    shop_moderation_backoffice_add_word: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WordIn"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WordOut"];
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
    shop_moderation_backoffice_remove_word: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                word_id: string;
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
    tenants_backoffice_choose_modules: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ModulesIn"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModulesOut"];
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
    shop_notices_backoffice_list_notices: {
        parameters: {
            query?: {
                state?: components["schemas"]["NoticeState"] | null;
                before?: string | null;
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
                    "application/json": components["schemas"]["NoticePage"];
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
    shop_notices_backoffice_set_up: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetUpIn"];
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SetUpOut"];
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
    shop_notices_backoffice_list_templates: {
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
                    "application/json": components["schemas"]["NoticeTemplatesOut"];
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
    shop_orders_backoffice_list_orders: {
        parameters: {
            query?: {
                state?: components["schemas"]["OrderState"] | null;
                q?: string;
                to_ship?: boolean;
                to_hand_over?: boolean;
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
                    "application/json": components["schemas"]["StaffOrderPage"];
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
    shop_orders_backoffice_carriers: {
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
                    "application/json": components["schemas"]["CarrierOut"][];
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
    shop_orders_backoffice_freight: {
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
                    "application/json": components["schemas"]["FreightOut"];
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
    shop_orders_backoffice_set_freight: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FreightIn"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FreightOut"];
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
    shop_orders_backoffice_shipping_alarms: {
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
                    "application/json": components["schemas"]["AlarmsOut"];
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
    shop_orders_backoffice_show: {
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
                    "application/json": components["schemas"]["OrderDetail"];
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
    shop_explanations_backoffice_of_order: {
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
    shop_orders_backoffice_hand_over: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                order_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["HandOverIn"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderDetail"];
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
    shop_orders_backoffice_ship: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                order_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ParcelIn"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderDetail"];
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
    shop_orders_backoffice_make_ready: {
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
                    "application/json": components["schemas"]["OrderDetail"];
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
    shop_orders_backoffice_refund: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                order_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RefundIn"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RefundAsked"];
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
    shop_orders_backoffice_list_returns: {
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
                    "application/json": components["schemas"]["ReturnOut"][];
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
    shop_orders_backoffice_give_back_a_part: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                order_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReturnIn"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReturnOut"];
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
    shop_orders_backoffice_approve_return: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                order_id: string;
                return_id: string;
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
                    "application/json": components["schemas"]["ReturnOut"];
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
    shop_orders_backoffice_decline_return: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                order_id: string;
                return_id: string;
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
                    "application/json": components["schemas"]["ReturnOut"];
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
    shop_orders_backoffice_retry_upload: {
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
            /** @description Accepted */
            202: {
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
    billing_settlements_backoffice_get_period: {
        parameters: {
            query: {
                from: string;
                to: string;
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
                    "application/json": components["schemas"]["PeriodOut"];
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
    billing_settlements_backoffice_get_period_csv: {
        parameters: {
            query: {
                from: string;
                to: string;
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
                    "text/csv": string;
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
    billing_settlements_backoffice_get_period_pdf: {
        parameters: {
            query: {
                from: string;
                to: string;
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
                    "application/pdf": string;
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
    billing_settlements_backoffice_list_period_lines: {
        parameters: {
            query: {
                from: string;
                to: string;
                cursor?: string | null;
                limit?: number;
                /** @description A figure of a statement that can be traced to its transfers. */
                figure: "gross" | "refunds" | "fee" | "commission" | "distribution" | "payout";
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
                    "application/json": components["schemas"]["StatementLinesOut"];
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
    tenants_phones_backoffice_list_phones: {
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
                    "application/json": components["schemas"]["PhonesOut"];
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
    tenants_phones_backoffice_make_code: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
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
                    "application/json": components["schemas"]["LinkCodeOut"];
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
    tenants_phones_backoffice_link: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PhoneLinkIn"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PhoneSignedInOut"];
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
    tenants_phones_backoffice_login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PhoneLoginIn"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PhoneSignedInOut"];
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
    tenants_phones_backoffice_unlink: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                phone_id: number;
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
    shop_pickup_points_backoffice_list_points: {
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
                    "application/json": components["schemas"]["PickupPointsOut"];
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
    shop_pickup_points_backoffice_add: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PickupPointIn"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PickupPointOut"];
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
    shop_pickup_points_backoffice_edit: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                point_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PickupPointIn"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PickupPointOut"];
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
    shop_pickup_points_backoffice_remove: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                point_id: string;
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
    shop_catalog_backoffice_products: {
        parameters: {
            query?: {
                q?: string;
                state?: ("draft" | "on_sale" | "hidden") | null;
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
                    "application/json": components["schemas"]["StaffProductPage"];
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
    shop_catalog_backoffice_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProductIn"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StaffProductOut"];
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
    shop_catalog_backoffice_product: {
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
                    "application/json": components["schemas"]["StaffProductOut"];
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
    shop_catalog_backoffice_change: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                product_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProductChange"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StaffProductOut"];
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
    shop_catalog_backoffice_hide: {
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
                    "application/json": components["schemas"]["StaffProductOut"];
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
    shop_catalog_backoffice_reprice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                product_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PricesIn"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StaffProductOut"];
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
    shop_catalog_backoffice_publish: {
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
                    "application/json": components["schemas"]["StaffProductOut"];
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
    tenants_readiness_backoffice_read_readiness: {
        parameters: {
            query?: {
                program_id?: number | null;
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
                    "application/json": components["schemas"]["ReadinessOut"];
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
    tenants_readiness_backoffice_answer_question: {
        parameters: {
            query?: {
                program_id?: number | null;
            };
            header?: never;
            path: {
                check_key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReadinessAnswerIn"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReadinessOut"];
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
    tenants_readiness_backoffice_run_readiness: {
        parameters: {
            query?: {
                program_id?: number | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReadinessOut"];
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
    tenants_releases_backoffice_read_release: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                release_id: string;
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
                    "application/json": components["schemas"]["ReleaseDetailOut"];
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
    tenants_releases_backoffice_end_grey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                release_id: string;
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
                    "application/json": components["schemas"]["ReleaseDetailOut"];
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
    tenants_releases_backoffice_grey_release: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                release_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReleaseGreyIn"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReleaseDetailOut"];
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
    tenants_releases_backoffice_read_preview: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                release_id: string;
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
    tenants_releases_backoffice_publish_release: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                release_id: string;
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
                    "application/json": components["schemas"]["ReleaseDetailOut"];
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
    tenants_releases_backoffice_retry_release: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                release_id: string;
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
                    "application/json": components["schemas"]["ReleaseDetailOut"];
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
    tenants_releases_backoffice_roll_back_release: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                release_id: string;
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
                    "application/json": components["schemas"]["ReleaseDetailOut"];
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
    tenants_releases_backoffice_submit_release: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                release_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReleaseSubmitIn"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReleaseDetailOut"];
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
    tenants_releases_backoffice_withdraw_release: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                release_id: string;
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
                    "application/json": components["schemas"]["ReleaseDetailOut"];
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
    shop_replies_backoffice_list_rules: {
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
                    "application/json": components["schemas"]["RulesOut"];
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
    shop_replies_backoffice_add_rule: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RuleIn"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RuleOut"];
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
    shop_replies_backoffice_remove_rule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                rule_id: string;
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
    shop_replies_backoffice_change_rule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                rule_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RuleChange"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RuleOut"];
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
    tenants_backoffice_read_shop: {
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
                    "application/json": components["schemas"]["ShopOut"];
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
    tenants_backoffice_list_staff: {
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
                    "application/json": components["schemas"]["StaffList"];
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
    tenants_backoffice_add_staff: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StaffIn"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StaffOut"];
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
    tenants_backoffice_remove_staff: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                member_id: number;
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
    tenants_backoffice_change_role: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                member_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RoleIn"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StaffOut"];
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
    billing_settlements_backoffice_list_statements: {
        parameters: {
            query?: {
                cursor?: string | null;
                limit?: number;
                from?: string | null;
                to?: string | null;
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
                    "application/json": components["schemas"]["StatementsOut"];
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
    billing_settlements_backoffice_get_statement: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                day: string;
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
                    "application/json": components["schemas"]["StatementOut"];
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
    billing_settlements_backoffice_list_lines: {
        parameters: {
            query: {
                cursor?: string | null;
                limit?: number;
                /** @description A figure of a statement that can be traced to its transfers. */
                figure: "gross" | "refunds" | "fee" | "commission" | "distribution" | "payout";
            };
            header?: never;
            path: {
                day: string;
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
                    "application/json": components["schemas"]["StatementLinesOut"];
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
    shop_inventory_backoffice_stock: {
        parameters: {
            query?: {
                q?: string;
                at_most?: number | null;
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
                    "application/json": components["schemas"]["StockPage"];
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
    shop_inventory_backoffice_adjust: {
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
                "application/json": components["schemas"]["StockChange"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Counted"];
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
    shop_figures_backoffice_today: {
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
                    "application/json": components["schemas"]["TodayOut"];
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
    shop_wallets_backoffice_list_wallets: {
        parameters: {
            query?: {
                only_debts?: boolean;
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
                    "application/json": components["schemas"]["MemberWalletPage"];
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
    shop_wallets_backoffice_show_wallet: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                wallet_id: string;
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
    shop_wallets_backoffice_list_entries: {
        parameters: {
            query?: {
                cursor?: string | null;
                limit?: number;
            };
            header?: never;
            path: {
                wallet_id: string;
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
    shop_wallets_backoffice_write_off: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                wallet_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WriteOffIn"];
            };
        };
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
    tenants_backoffice_connect_wechat: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WeChatIn"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WeChatOut"];
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
    shop_wallets_backoffice_list_withdrawals: {
        parameters: {
            query?: {
                state?: components["schemas"]["WithdrawalState"] | null;
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
                    "application/json": components["schemas"]["StaffWithdrawalPage"];
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
    shop_wallets_backoffice_show_rules: {
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
                    "application/json": components["schemas"]["WithdrawalRulesOut"];
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
    shop_wallets_backoffice_set_rules: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WithdrawalRulesIn"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WithdrawalRulesOut"];
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
    shop_wallets_backoffice_show_grant: {
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
                    "application/json": components["schemas"]["GrantOut"];
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
    shop_wallets_backoffice_ask_grant: {
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
                    "application/json": components["schemas"]["GrantOut"];
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
    shop_wallets_backoffice_show: {
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
                    "application/json": components["schemas"]["StaffWithdrawalOut"];
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
    shop_wallets_backoffice_approve: {
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
                    "application/json": components["schemas"]["StaffWithdrawalOut"];
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
    shop_explanations_backoffice_of_withdrawal: {
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
    shop_wallets_backoffice_paid_by_hand: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                withdrawal_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AnswerIn"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StaffWithdrawalOut"];
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
    shop_wallets_backoffice_reject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                withdrawal_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AnswerIn"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StaffWithdrawalOut"];
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
    shop_wallets_backoffice_retry: {
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
            /** @description Accepted */
            202: {
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
    shop_wallets_backoffice_stop: {
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
                    "application/json": components["schemas"]["StaffWithdrawalOut"];
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
