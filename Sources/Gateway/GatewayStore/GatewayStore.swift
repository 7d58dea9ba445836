// The room GatewayStore.
