// The room GatewayModel.
