// The room Kafka.
