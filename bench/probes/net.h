/* The network between an environment and a peer outside of it, which is bench, too. */
#ifndef NET_H
#define NET_H

#include <netinet/in.h>

/*
 * What a connection asks of the peer, by its first byte. The names of the tests are netperf's:
 * request and response (rr), connect, request and response (crr), stream.
 */
enum {
	NET_ECHO = 'r',	    /* each byte is answered by one */
	NET_CONNECT = 'c',  /* this one is, and the connection ends */
	NET_STREAM = 's',   /* each NET_MESSAGE bytes are answered by one */
	NET_UDP_ECHO = 'u', /* answered by a port (16 bits, in network order), to which datagrams go
			       that come back */
	NET_UDP_SINK =
		'd', /* the same, but they are counted; each further byte of the connection is
			answered by the sum of their bytes (64 bits, the processor's order) */
};

enum { NET_BLOCK = 64 << 10, NET_MESSAGE = 10 << 20 };

/* Reads ADDRESS:PORT (IPv4, in digits); -1: it is none. */
int net_address(const char *text, struct sockaddr_in *address);

/* Listens there, prints the port on standard output, and answers until it is
 * killed; -1 with a message. */
int net_serve(const char *where);

#endif
