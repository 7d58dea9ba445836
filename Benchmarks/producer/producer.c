// What a record costs without a gateway: a librdkafka producer that sends at a constant rate and tells how long
// records took from produce() to the delivery report.
//
//     producer BROKERS TOPIC RATE SECONDS FILE
#include <librdkafka/rdkafka.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static int64_t *latencies;
static size_t delivered, failed;
static atomic_bool done;

static void report(rd_kafka_t *client, const rd_kafka_message_t *message, void *opaque) {
    if (message->err) failed++;
    else latencies[delivered++] = now() - (int64_t)(intptr_t)message->_private;
}

static void *poll_reports(void *client) {
    while (!done || rd_kafka_outq_len(client) > 0) rd_kafka_poll(client, 100);
    return NULL;
}

static int compare(const void *left, const void *right) {
    int64_t one = *(const int64_t *)left, other = *(const int64_t *)right;
    return one < other ? -1 : one > other;
}

static void set(rd_kafka_conf_t *settings, const char *name, const char *value) {
    char error[512];
    if (rd_kafka_conf_set(settings, name, value, error, sizeof error) == RD_KAFKA_CONF_OK) return;
    fprintf(stderr, "%s\n", error);
    exit(1);
}

int main(int count, char **arguments) {
    if (count != 6) {
        fprintf(stderr, "usage: producer BROKERS TOPIC RATE SECONDS FILE\n");
        return 2;
    }
    int64_t rate = atoll(arguments[3]), total = rate * atoll(arguments[4]);
    char value[65536];
    FILE *file = fopen(arguments[5], "rb");
    if (!file || rate <= 0 || total <= 0) return 2;
    size_t size = fread(value, 1, sizeof value, file);
    fclose(file);
    latencies = calloc(total + 1, sizeof *latencies);

    rd_kafka_conf_t *settings = rd_kafka_conf_new();
    set(settings, "bootstrap.servers", arguments[1]);
    set(settings, "acks", "-1");
    set(settings, "enable.idempotence", "true");
    set(settings, "linger.ms", "0");
    rd_kafka_conf_set_dr_msg_cb(settings, report);
    char error[512];
    rd_kafka_t *client = rd_kafka_new(RD_KAFKA_PRODUCER, settings, error, sizeof error);
    if (!client) {
        fprintf(stderr, "%s\n", error);
        return 1;
    }
    rd_kafka_topic_t *topic = rd_kafka_topic_new(client, arguments[2], NULL);
    // Connections and the producer's id are there before the first record.
    rd_kafka_produce(topic, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY, value, size, NULL, 0, (void *)(intptr_t)now());
    rd_kafka_flush(client, 10000);
    delivered = 0;

    pthread_t thread;
    pthread_create(&thread, NULL, poll_reports, client);
    int64_t start = now();
    for (int64_t number = 0; number < total; number++) {
        int64_t due = start + number * 1000000000LL / rate;
        struct timespec time = {due / 1000000000LL, due % 1000000000LL};
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL);
        if (rd_kafka_produce(
                topic, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY, value, size, NULL, 0, (void *)(intptr_t)now())) {
            fprintf(stderr, "%s\n", rd_kafka_err2str(rd_kafka_last_error()));
            return 1;
        }
    }
    double seconds = (now() - start) / 1e9;
    done = 1;
    pthread_join(thread, NULL);
    if (delivered == 0) return 1;
    qsort(latencies, delivered, sizeof *latencies, compare);
    printf("{\"requests\": %zu, \"seconds\": %.6f, \"p50\": %.4f, \"p99\": %.4f, \"failed\": %zu}\n",
           delivered, seconds, latencies[delivered / 2] / 1e6, latencies[delivered * 99 / 100] / 1e6, failed);
    rd_kafka_topic_destroy(topic);
    rd_kafka_destroy(client);
    return 0;
}
