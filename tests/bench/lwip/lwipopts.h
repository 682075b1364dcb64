// lwIP as tuned as it can be for one process with two hosts: windows of 256 KiB, zero copies where it has them, nothing else
// compiled in. PEER_MTU comes from the build.
#pragma once

#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0
#define LWIP_UDP 0
#define LWIP_RAW 0
#define LWIP_DHCP 0
#define LWIP_DNS 0
#define LWIP_IPV6 0
#define LWIP_STATS 0
#define LWIP_NETIF_HOSTNAME 0
#define LWIP_SINGLE_NETIF 1
#define ETHARP_TRUST_IP_MAC 0

#define MEM_ALIGNMENT 8
#define MEM_SIZE (64 * 1024 * 1024)
#define MEMP_NUM_PBUF 8192
#define MEMP_NUM_TCP_PCB 512
#define MEMP_NUM_TCP_PCB_LISTEN 8
#define MEMP_NUM_TCP_SEG 8192
#define PBUF_POOL_SIZE 4096
#define PBUF_POOL_BUFSIZE (PEER_MTU + 14 + 34)

#define TCP_MSS (PEER_MTU - 40)
#define LWIP_WND_SCALE 1
#define TCP_RCV_SCALE 3
#define TCP_WND (256 * 1024)
#define TCP_SND_BUF (256 * 1024)
#define TCP_SND_QUEUELEN 4096
#define TCP_SNDLOWAT (16 * 1024)
#define TCP_LISTEN_BACKLOG 0
#define LWIP_TCP_SACK_OUT 1
#define LWIP_TCP_TIMESTAMPS 0

#define LWIP_CHKSUM_ALGORITHM 3
#ifdef PEER_FAST_CHECKSUM
#include <stdint.h>
#ifdef __cplusplus
extern "C"
#endif
uint16_t peer_checksum(const void* bytes, int size);
#define LWIP_CHKSUM peer_checksum
#endif

