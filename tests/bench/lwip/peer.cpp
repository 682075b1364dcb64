// See peer.hpp.
#include "tests/bench/lwip/peer.hpp"

#include <cstring>

#include <lwip/etharp.h>
#include <lwip/init.h>
#include <lwip/netif.h>
#include <lwip/tcp.h>
#include <lwip/timeouts.h>
#include <netif/ethernet.h>

#define QUEUE 8192u
#define BLOCK (64 * 1024)

static netif interface;
static const peer* wire;
static pbuf* arrived[QUEUE];
static unsigned first, last;
static u32_t clock_now;
static uint64_t bytes_in;
static char pattern[BLOCK];

extern "C" u32_t sys_now() { return clock_now; }

#ifdef PEER_FAST_CHECKSUM
extern "C" __attribute__((target("avx2"))) uint16_t peer_checksum(const void* bytes, int size) {
    const auto* at = static_cast<const unsigned char*>(bytes);
    uint64_t sum = 0;
    int i;
    for (i = 0; i + 4 <= size; i += 4) {
        uint32_t word;
        memcpy(&word, at + i, 4);
        sum += word;
    }
    if (i < size) {
        uint32_t word = 0;
        memcpy(&word, at + i, (size_t)(size - i));
        sum += word;
    }
    while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)sum;
}
#endif

static err_t transmit(struct netif* out, pbuf* frame) {
    (void)out;
    void* const room = wire->room(frame->tot_len);
    if (room) pbuf_copy_partial(frame, room, frame->tot_len, 0);
    return ERR_OK;
}

static err_t set_up(netif* in) {
    in->name[0] = 'p';
    in->output = etharp_output;
    in->linkoutput = transmit;
    in->hwaddr_len = 6;
    in->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET | NETIF_FLAG_LINK_UP;
    return ERR_OK;
}

static void start(const peer* other, int number, int mtu) {
    ip4_addr_t address, mask, hop;
    wire = other;
    lwip_init();
    IP4_ADDR(&address, 10, 0, 0, number);
    IP4_ADDR(&mask, 255, 255, 255, 0);
    IP4_ADDR(&hop, 0, 0, 0, 0);
    netif_add(&interface, &address, &mask, &hop, nullptr, set_up, ethernet_input);
    interface.mtu = (u16_t)mtu;
    interface.hwaddr[0] = 2;
    interface.hwaddr[5] = (u8_t)number;
    netif_set_default(&interface);
    netif_set_up(&interface);
    memset(pattern, 'x', sizeof pattern);
}

static void* room(size_t size) {
    if (last - first == QUEUE) return nullptr;
    pbuf* const p = pbuf_alloc(PBUF_RAW, (u16_t)size, PBUF_POOL);
    if (!p) return nullptr;
    if (p->next) abort();  // a frame fits into one buffer, or the comparison would not be fair
    arrived[last++ % QUEUE] = p;
    return p->payload;
}

static int poll() {
    const int any = first != last;
    while (first != last) {
        pbuf* const p = arrived[first++ % QUEUE];
        if (interface.input(p, &interface) != ERR_OK) pbuf_free(p);
    }
    return any;
}

static void set_clock(uint32_t milliseconds) {
    clock_now = milliseconds;
    sys_check_timeouts();
}

static err_t on_received(void* port, tcp_pcb* pcb, pbuf* p, err_t error) {
    (void)error;
    if (!p) {
        tcp_recv(pcb, nullptr);
        tcp_close(pcb);
        return ERR_OK;
    }
    bytes_in += p->tot_len;
    tcp_recved(pcb, p->tot_len);
    if (port) {
        tcp_write(pcb, p->payload, p->len, TCP_WRITE_FLAG_COPY);
        tcp_output(pcb);
    }
    pbuf_free(p);
    return ERR_OK;
}

static char gives_back;
static err_t on_accept(void* port, tcp_pcb* pcb, err_t error) {
    if (error != ERR_OK || !pcb) return ERR_VAL;
    tcp_nagle_disable(pcb);
    tcp_arg(pcb, port);
    tcp_recv(pcb, on_received);
    return ERR_OK;
}

static void listen_on(u16_t port, void* what) {
    tcp_pcb* pcb = tcp_new();
    tcp_bind(pcb, IP_ADDR_ANY, port);
    pcb = tcp_listen(pcb);
    tcp_arg(pcb, what);
    tcp_accept(pcb, on_accept);
}

static void serve() {
    listen_on(7, &gives_back);
    listen_on(9, nullptr);
}

static err_t on_connected(void* ignored, tcp_pcb* pcb, err_t error) {
    (void)ignored;
    (void)pcb;
    return error;
}

static void* open_connection(int number, uint16_t port) {
    ip4_addr_t address;
    tcp_pcb* const pcb = tcp_new();
    if (!pcb) return nullptr;
    tcp_nagle_disable(pcb);
    tcp_arg(pcb, nullptr);
    tcp_recv(pcb, on_received);
    IP4_ADDR(&address, 10, 0, 0, number);
    const err_t error = tcp_connect(pcb, &address, port, on_connected);
    if (error != ERR_OK) fprintf(stderr, "lwIP: connect gives %d\n", error);
    return error == ERR_OK ? pcb : nullptr;
}

static int established(void* connection) { return static_cast<tcp_pcb*>(connection)->state == ESTABLISHED; }

static err_t fill(void* ignored, tcp_pcb* pcb, u16_t acknowledged) {
    (void)ignored;
    (void)acknowledged;
    while (tcp_sndbuf(pcb) >= BLOCK / 2 && tcp_write(pcb, pattern, BLOCK / 2, 0) == ERR_OK) continue;
    tcp_output(pcb);
    return ERR_OK;
}

static void stream(void* connection) {
    auto* const pcb = static_cast<tcp_pcb*>(connection);
    tcp_sent(pcb, fill);
    fill(nullptr, pcb, 0);
}

static int write_bytes(void* connection, const void* bytes, uint16_t size) {
    auto* const pcb = static_cast<tcp_pcb*>(connection);
    if (tcp_write(pcb, bytes, size, TCP_WRITE_FLAG_COPY) != ERR_OK) return 0;
    return tcp_output(pcb) == ERR_OK;
}

static void close_connection(void* connection) {
    auto* const pcb = static_cast<tcp_pcb*>(connection);
    tcp_recv(pcb, nullptr);
    tcp_sent(pcb, nullptr);
    tcp_close(pcb);
}

static uint64_t received() { return bytes_in; }

static const peer self = {start,       room,   poll,        set_clock,        serve,   open_connection,
                          established, stream, write_bytes, close_connection, received};
extern "C" const peer* peer_of_module() { return &self; }
